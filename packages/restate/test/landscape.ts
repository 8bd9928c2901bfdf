import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createAgentChannel } from '@streamfold/ably'
import type { Message } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import type { LocalAbly, LocalAblyOptions } from '@streamfold/local-ably'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import type { Realtime } from 'ably'
import { onTestFinished } from 'vitest'
import { restateEngine } from '../src/index.ts'
import type { Happened, OutsideWorld } from './outside-world.ts'
import { outsideWorld } from './outside-world.ts'
import type { RestateServer } from './restate-server.ts'
import { startRestate } from './restate-server.ts'
import type { Worker } from './start-worker.ts'
import { startWorker } from './start-worker.ts'
import { steadyAddress } from './steady-address.ts'
import type { WorkerSetup } from './worker-process.ts'

/** All that a run needs, each part of which may be killed and started again. */
export interface Landscape {
  readonly ably: LocalAbly
  readonly restate: RestateServer
  readonly world: OutsideWorld
  /** A user's client. */
  readonly client: Realtime
  /** What the agents have reported. */
  readonly errors: readonly string[]
  startWorker(more?: Partial<WorkerSetup>): Promise<void>
  /** `kill -9`. */
  killWorker(): Promise<void>
  /** Kills Restate, ends the local Ably, and starts both with what they have kept. */
  restart(ably: LocalAblyOptions): Promise<void>
}

export async function createLandscape(options: LocalAblyOptions = {}): Promise<Landscape> {
  const folder = await mkdtemp(join(tmpdir(), 'streamfold-restate-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const data = join(folder, 'ably.db')
  const [world, address] = await Promise.all([outsideWorld(), steadyAddress()])
  let [ably, restate] = await Promise.all([serve({ ...options, data }), startRestate(folder)])
  let client = realtime(ably, { clientId: 'user' })
  const errors: string[] = []
  let worker: Worker | undefined
  return {
    get ably() {
      return ably
    },
    get restate() {
      return restate
    },
    get client() {
      return client
    },
    world,
    errors,
    async startWorker(more = {}) {
      const setup = { port: ably.port, key: ably.key, ingress: restate.ingress, world: world.url, listens: [] }
      const kind = { code: 1, idempotent: true, asks: false, ...more } as const
      const isFirst = worker === undefined
      worker = await startWorker({ ...setup, ...kind }, (error) => void errors.push(error))
      address.pointTo(worker.port)
      if (isFirst) await restate.register(address.url)
    },
    async killWorker() {
      address.pointTo(undefined)
      await worker?.kill()
    },
    async restart(again) {
      client.close()
      await Promise.all([ably.close(), restate.kill()])
      ;[ably, restate] = await Promise.all([serve({ ...again, data }), startRestate(folder)])
      client = realtime(ably, { clientId: 'user' })
    },
  }
}

/** Publishes a prompt and hands it to Restate. */
export async function ask({ client, restate }: Landscape, channel: string): Promise<void> {
  const { serials } = await client.channels
    .get(channel)
    .publish({ name: 'prompt', data: 'go', extras: { headers: { role: 'user' } } })
  await restateEngine({ url: restate.ingress }).start({ channel, prompt: serials[0]! }) // It was just made.
}

/** The responses on a channel, as readers have them. */
export async function responses({ client }: Landscape, channel: string): Promise<readonly Message[]> {
  const read = createAgentChannel(client.channels.get(channel), { clientId: 'user', agent: 'agent' })
  return selectMessages(await read.conversation()).filter(({ role }) => role === 'assistant')
}

/** The response when it has this status. */
export async function settled(landscape: Landscape, channel: string, status: string): Promise<Message> {
  for (;;) {
    const [response] = await responses(landscape, channel)
    if (response?.status === status) return response
    if (response?.status === 'failed') throw new Error(`the response failed: ${response.error}`)
    await sleep(50)
  }
}

/** What happened outside in one run. */
export function ofRun(happened: readonly Happened[], run: string) {
  const own = happened.filter((each) => each.run === run)
  const of = (type: Happened['type']) => own.filter((each) => each.type === type)
  const steps = (type: 'asked' | 'given') => of(type).map((each) => ('step' in each ? each.step : 0))
  const calls = (type: 'requested' | 'executed') => of(type).map((each) => ('call' in each ? each.call : ''))
  return { asked: steps('asked'), given: steps('given'), requested: calls('requested'), executed: calls('executed') }
}
