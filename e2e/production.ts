import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test as base } from './app.ts'
import { environment, ports } from './environment.ts'

/** The production build of an app, served before the worker's agent and local Ably. */
export interface Production {
  readonly address: string
  /** Where its files are, with a closing slash. */
  readonly folder: string
}

const run = promisify(execFile)

/**
 * Builds an app for production and serves it.
 *
 * @param folderName where to, below `results/`
 */
export async function serveProduction(
  name: string,
  folderName: string,
  port: number,
): Promise<Production & { stop(): Promise<void> }> {
  const cwd = fileURLToPath(new URL(`../apps/${name}/`, import.meta.url))
  const folder = fileURLToPath(new URL(`results/${folderName}/`, import.meta.url))
  const options = { cwd, env: { ...process.env, ...environment } }
  const vite = [`${cwd}node_modules/vite/bin/vite.js`]
  await run(process.execPath, [...vite, 'build', '--outDir', folder, '--emptyOutDir', '--logLevel', 'error'], options)
  const server = spawn(process.execPath, [...vite, 'preview', '--outDir', folder, '--port', String(port), '--strictPort'], {
    ...options,
    stdio: 'ignore',
  })
  const address = `http://localhost:${port}`
  const answers = () =>
    fetch(address).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(answers).toBe(true)
  return {
    address,
    folder,
    async stop() {
      const ended = once(server, 'exit')
      server.kill()
      await ended
    },
  }
}

/** Each project builds the app of its name, once for a worker. */
export const test = base.extend<object, { production: Production }>({
  production: [
    // The first argument has to be destructured, even of nothing.
    // oxlint-disable-next-line no-empty-pattern
    async ({}, use, { project: { name }, parallelIndex }) => {
      const port = (name === 'react' ? ports.REACT_PORT : ports.VUE_PORT) + 100
      const served = await serveProduction(name, `build-${name}-${parallelIndex}`, port)
      await use(served)
      await served.stop()
    },
    { scope: 'worker', timeout: 60_000 },
  ],
})

export { expect }
