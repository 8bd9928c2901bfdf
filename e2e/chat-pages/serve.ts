import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import { build, preview } from 'vite'

export interface ServedPages {
  /** Address of the folder, with a closing slash. */
  readonly url: string
  close(): Promise<void>
}

/** Builds the pages as a product would, and serves them in front of an agent, for a test. */
export async function servePages(agentPort: number): Promise<ServedPages> {
  const configFile = fileURLToPath(new URL('./vite.config.ts', import.meta.url))
  const outDir = await mkdtemp(join(tmpdir(), 'streamfold-chat-pages-'))
  const shared = { configFile, logLevel: 'error' as const, build: { outDir, emptyOutDir: true } }
  await build(shared)
  const proxy = { '/api': `http://localhost:${agentPort}` }
  const server = await preview({ ...shared, preview: { port: 0, host: 'localhost', proxy } })
  return {
    url: server.resolvedUrls!.local[0]!,
    async close() {
      await server.close()
      await rm(outDir, { recursive: true })
    },
  }
}
