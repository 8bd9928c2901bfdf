import { createLocalAbly, type LocalAbly } from './local-ably.ts'
import type { LocalAblyOptions } from './options/options.ts'

const MODULE = 'virtual:local-ably'
const RESOLVED = `\0${MODULE}`

/** Servers on a fixed port, with their options. */
const running = new Map<number, { readonly server: LocalAbly; readonly asked: string }>()
/** Servers that are no longer the business of the plugin which began them: a newer one goes on with them, or has ended them. */
const handed = new Set<LocalAbly>()

/** The part of Vite's `Plugin` that is used; declared here so that Vite need not be installed for the types. */
export interface LocalAblyPlugin {
  readonly name: string
  config(config: unknown, env: { readonly command: string; readonly mode?: string; readonly isPreview?: boolean }): Promise<void>
  configureServer(server: { readonly config: { readonly logger: { info(message: string): void } } }): void
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
      server = (await takeOver(options)) ?? (await createLocalAbly(options))
      if (options.port) running.set(options.port, { server, asked: JSON.stringify(options) })
    },
    configureServer({ config }) {
      if (server) config.logger.info(`  ➜  Ably:    ${server.url} (local)`)
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

/**
 * Vite makes its next server, with the configuration that has changed, before it closes the one that holds the port: with the same
 * options it is used on, with others it makes way.
 */
async function takeOver(options: LocalAblyOptions): Promise<LocalAbly | undefined> {
  const held = options.port ? running.get(options.port) : undefined
  if (!held) return undefined
  handed.add(held.server)
  if (held.asked === JSON.stringify(options)) return held.server
  await held.server.close()
  return undefined
}
