import { createResponseWriter } from '@streamfold/ably'
import type { Headers } from '@streamfold/core'
import { createLocalAbly, type LocalAbly, type LocalAblyOptions } from '@streamfold/local-ably'
import { Realtime, type ClientOptions, type RealtimeChannel } from 'ably'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'vitest'
import type { Run, RunOptions } from './run.ts'
import { start } from './run.ts'

/** The resources of a test, closed when it ends; tests run in parallel. */
export interface Harness {
  serve(options?: LocalAblyOptions): Promise<LocalAbly>
  realtime(server: LocalAbly, options?: ClientOptions): Realtime
  /** Writes as an agent on a channel. */
  agentOn(server: LocalAbly, name: string): Writing
  /** Publishes a user's prompt. */
  ask(server: LocalAbly, name: string, text: string, clientId?: string): Promise<void>
  folder(): string
  /** Runs the command line in its own process. */
  streamfold(args: readonly string[], options?: RunOptions): Run
}

interface Writing {
  readonly channel: RealtimeChannel
  begin(text: string): Promise<string>
  append(serial: string, text: string): Promise<unknown>
  update(serial: string, text: string): Promise<unknown>
  complete(serial: string, text: string): Promise<unknown>
}

export const it = test.extend<{ harness: Harness }>({
  // The test's own hook: the module's hook cannot tell parallel tests apart.
  harness: ({ onTestFinished }, use) => use(createHarness((task) => onTestFinished(async () => void (await task())))),
})

function createHarness(later: (task: () => unknown) => void): Harness {
  const harness: Harness = {
    async serve(options) {
      // One version per operation, as the test writes them.
      const server = await createLocalAbly({ appendRollupWindow: 0, ...options })
      later(() => server.close())
      return server
    },
    realtime(server, options) {
      const own: ClientOptions = { logLevel: 0, disconnectedRetryTimeout: 100, ...options }
      const client = new Realtime(server.clientOptions(own))
      later(() => client.close())
      return client
    },
    agentOn(server, name) {
      const channel = harness.realtime(server, { clientId: 'agent' }).channels.get(name)
      const writer = createResponseWriter(channel)
      const headers = (status: string): Headers => ({ role: 'assistant', status })
      return {
        channel,
        begin: async (text) => (await writer.create({ text, headers: headers('streaming') })).serial,
        append: (serial, text) => writer.append(serial, { text, headers: headers('streaming') }),
        update: (serial, text) => writer.update(serial, { text, headers: headers('streaming') }),
        complete: (serial, text) => writer.append(serial, { text, headers: headers('complete') }),
      }
    },
    async ask(server, name, text, clientId = 'ann') {
      const channel = harness.realtime(server, { clientId }).channels.get(name)
      await channel.publish({ name: 'prompt', data: text, extras: { headers: { role: 'user' } } })
    },
    folder() {
      const path = mkdtempSync(join(tmpdir(), 'streamfold-cli-'))
      later(() => rmSync(path, { recursive: true }))
      return path
    },
    streamfold(args, options) {
      const run = start(args, options)
      later(() => run.kill('SIGKILL'))
      return run
    },
  }
  return harness
}
