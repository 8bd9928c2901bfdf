import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, defaultClientConditions, preview } from 'vite'

export interface ServedPages {
  /** Address of the folder, with a closing slash. */
  readonly url: string
  close(): Promise<void>
}

/** Builds the pages as a product would, from our sources, and serves them. @param agentPort where tokens are given out */
export async function servePages(agentPort: number): Promise<ServedPages> {
  const outDir = await mkdtemp(join(tmpdir(), 'streamfold-ai-transport-'))
  const config = {
    root: fileURLToPath(new URL('.', import.meta.url)),
    configFile: false as const,
    logLevel: 'error' as const,
    resolve: { conditions: ['streamfold-source', ...defaultClientConditions] },
    build: { outDir, emptyOutDir: true, chunkSizeWarningLimit: 1_000, rolldownOptions: { input: ['react.html', 'vue.html'] } },
  }
  await build(config)
  const proxy = { '/api': `http://localhost:${agentPort}` }
  const server = await preview({ ...config, preview: { port: 0, host: 'localhost', proxy } })
  return {
    url: server.resolvedUrls!.local[0]!,
    async close() {
      await server.close()
      await rm(outDir, { recursive: true })
    },
  }
}
