import { afterAll, beforeAll } from 'vitest'
import { createLocalAbly, type LocalAbly } from './local-ably.ts'
import type { LocalAblyOptions } from './options/options.ts'

/** The server of a test file, there as soon as its first test or `beforeAll` of your own runs. */
export interface TestAbly {
  /** Throws outside tests and hooks: the server starts before the first and closes after the last. */
  readonly server: LocalAbly
}

/**
 * Gives the test file that calls it a server of its own on a free port, closed when the file ends.
 *
 * ```ts
 * const ably = useLocalAbly()
 * it('…', () => new Realtime(ably.server.clientOptions()))
 * ```
 */
export function useLocalAbly(options: LocalAblyOptions = {}): TestAbly {
  let server: LocalAbly | undefined
  beforeAll(async () => {
    server = await createLocalAbly(options)
  })
  afterAll(() => server?.close())
  return {
    get server() {
      if (server === undefined) throw new Error('unable to reach local Ably; it runs only while tests and hooks do')
      return server
    },
  }
}
