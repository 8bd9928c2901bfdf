import { createLocalAbly, type LocalAbly } from './local-ably.ts'
import type { LocalAblyOptions } from './options.ts'

const MODULE = 'virtual:local-ably'
const RESOLVED = `\0${MODULE}`

/** Servers on a port that was asked for, and those that a newer plugin uses on: the older one leaves them open. */
const running = new Map<number, LocalAbly>()
const handed = new Set<LocalAbly>()

/** The part of Vite's `Plugin` that is used; declared here so that Vite need not be installed for the types. */
export interface LocalAblyPlugin {
  readonly name: string
  config(config: unknown, env: { readonly command: string; readonly mode?: string; readonly isPreview?: boolean }): Promise<void>
  resolveId(id: string): string | undefined
  load(id: string): string | undefined
  closeBundle(): Promise<void>
}

/**
 * `plugins: [localAbly()]` runs a server beside Vite's dev server; `import { clientOptions } from 'virtual:local-ably'`
 * are the options for `new Realtime(…)`; its types are in `@streamfold/local-ably/client`. In a production build, its preview and a
 * run of Vitest they are undefined: nothing of it gets there, and none runs.
 */
export function localAbly(options: LocalAblyOptions = {}): LocalAblyPlugin {
  let server: LocalAbly | undefined
  return {
    name: 'local-ably',
    async config(_config, { command, mode, isPreview }) {
      // Vitest reads the same configuration, perhaps beside the dev server that holds the port.
      if (command !== 'serve' || isPreview || mode === 'test' || server) return
      server = takeOver(options.port) ?? (await createLocalAbly(options))
      if (options.port) running.set(options.port, server)
    },
    resolveId: (id) => (id === MODULE ? RESOLVED : undefined),
    load: (id) => (id === RESOLVED ? `export const clientOptions = ${JSON.stringify(server?.clientOptions())}` : undefined),
    async closeBundle() {
      const closing = server
      server = undefined
      if (closing === undefined || handed.delete(closing)) return
      running.delete(closing.port)
      await closing.close()
    },
  }
}

/** Vite makes its next server, with the configuration that has changed, before it closes the one that holds the port. */
function takeOver(port: number | undefined): LocalAbly | undefined {
  const server = port ? running.get(port) : undefined
  if (server) handed.add(server)
  return server
}
