import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Headers } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import type { AgentOptions, Chunk, Clock, Task } from '../src/index.ts'
import { ToolError } from '../src/index.ts'
import type { FakeChannel } from './fake-channel.ts'
import { fakeChannel } from './fake-channel.ts'
import type { FakeClock } from './fake-clock.ts'
import { fakeClock } from './fake-clock.ts'
import type { MemoryEngine } from './memory-engine.ts'
import { memoryEngine } from './memory-engine.ts'

interface Loop {
  readonly clock: FakeClock
  readonly channel: FakeChannel
  readonly engine: MemoryEngine
  /** Steps of the model that were asked for, and those that came to their end. */
  readonly asked: number[]
  readonly given: number[]
  /** Executions of the tool, by call. */
  readonly executed: string[]
  read(): Promise<ReturnType<typeof selectMessages>>
}

const WORDS = 4

/** A loop of three requests to a model, with a call of a tool behind the first and the second. */
function loop({ options }: { readonly options?: Partial<AgentOptions> } = {}): Loop {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const asked: number[] = []
  const given: number[] = []
  const executed: string[] = []

  const respond = (time: Clock, isDead: () => boolean) =>
    async function* answer({ stream, execute, signal }: Task): AsyncGenerator<Chunk, void> {
      const pause = (ms: number) => new Promise<void>((resolve) => time.after(ms, resolve))
      async function* model(step: number, text: string): AsyncGenerator<Chunk, void> {
        asked.push(step)
        for (let word = 1; word <= WORDS; word++) {
          await pause(20)
          signal.throwIfAborted()
          yield `${step}.${word} ${text} `
        }
        if (step < 3) yield { type: 'tool-call', toolCallId: `c${step}`, toolName: 'look', input: { step } }
        given.push(step)
      }
      let text = ''
      for (let step = 1; step <= 3; step++) {
        const chunks = yield* stream(`model ${step}`, () => model(step, text))
        if (!chunks.some((chunk) => typeof chunk === 'object')) return
        const output = await execute(`c${step}`, async () => {
          executed.push(`c${step}`)
          await pause(30)
          if (isDead()) return new Promise<never>(() => undefined)
          return `found ${step}`
        }).catch((error: unknown) => error)
        text = output instanceof Error ? 'uncertain' : String(output)
        if (output instanceof Error) yield { type: 'tool-error', toolCallId: `c${step}`, error: output }
        else yield { type: 'tool-result', toolCallId: `c${step}`, output }
      }
    }
  const engine = memoryEngine({ clock, channel, respond, ...(options && { options }) })
  async function read(): Promise<ReturnType<typeof selectMessages>> {
    const reading = channel.agent().conversation()
    await clock.run(clock.now() + 5)
    return selectMessages(await reading)
  }
  return { clock, channel, engine, asked, given, executed, read }
}

async function undisturbed(options?: Partial<AgentOptions>) {
  const run = loop({ ...(options && { options }) })
  const prompt = run.channel.prompt('go')
  expect(await run.engine.work(prompt, [])).toMatchObject({ status: 'complete' })
  return { ...run, response: (await run.read()).find(({ role }) => role === 'assistant')! }
}

/** What the developer's log says of a call that may have run. */
function isUncertain(error: unknown): boolean {
  return error instanceof ToolError && error.message.includes('may have run')
}

test('an undisturbed run asks each time once', async () => {
  const { asked, executed, engine, response, channel } = await undisturbed()
  expect([asked, executed]).toEqual([
    [1, 2, 3],
    ['c1', 'c2'],
  ])
  expect(engine.steps).toEqual(['begin', 'model 1', 'begin c1', 'tool c1', 'model 2', 'begin c2', 'tool c2', 'model 3'])
  expect(engine.errors).toEqual([])
  expect(channel.responses()).toHaveLength(1)
  expect(response).toMatchObject({ status: 'complete' })
})

test('a process may die at any operation: one message, nothing that was recorded is done again, and the text is the same', async () => {
  const { engine, response: expected } = await undisturbed()
  const total = engine.operations
  let uncertain = 0
  for (let dieAt = 0.5; dieAt <= total + 1; dieAt += 0.5) {
    const run = loop()
    const prompt = run.channel.prompt('go')
    const outcome = await run.engine.work(prompt, [dieAt])
    expect([dieAt, run.engine.errors.filter((error) => !isUncertain(error))]).toEqual([dieAt, []])
    expect([dieAt, outcome]).toMatchObject([dieAt, { status: 'complete' }])
    expect([dieAt, run.channel.responses().length]).toEqual([dieAt, 1])
    expect([dieAt, new Set(run.executed).size]).toEqual([dieAt, run.executed.length])
    // What died before it was recorded is asked for once more, and nothing else.
    expect([dieAt, run.asked.length <= 3 + 1, [...run.asked].toSorted()]).toEqual([dieAt, true, run.asked])
    const response = (await run.read()).find(({ role }) => role === 'assistant')
    const calls = response!.parts.filter((part) => 'toolCallId' in part)
    if (calls.some((part) => 'uncertain' in part)) uncertain++
    else expect([dieAt, run.executed, response!.text]).toEqual([dieAt, ['c1', 'c2'], expected.text])
  }
  expect(uncertain).toBeGreaterThan(0)
})

test('a tool that may be executed again is, and the response is as without a death', async () => {
  const { engine, response: expected } = await undisturbed({ idempotent: ['look'] })
  for (let dieAt = 0.5; dieAt <= engine.operations + 1; dieAt += 0.5) {
    const run = loop({ options: { idempotent: ['look'] } })
    const prompt = run.channel.prompt('go')
    expect([dieAt, await run.engine.work(prompt, [dieAt])]).toMatchObject([dieAt, { status: 'complete' }])
    const response = (await run.read()).find(({ role }) => role === 'assistant')
    expect([dieAt, response!.text, run.executed.length <= 3]).toEqual([dieAt, expected.text, true])
    expect(response!.parts).toEqual(expected.parts)
  }
})

test('a later attempt repeats what was recorded in one update, and readers never see less than that', async () => {
  const { engine } = await undisturbed()
  const run = loop()
  const prompt = run.channel.prompt('go')
  await run.engine.work(prompt, [engine.operations - 4])
  const [raw] = run.channel.responses()
  const past = raw!.past as { action: string; data: string; version: { serial: string }; extras: { headers: Headers } }[] // As the fake channel keeps it.
  const updates = past.filter(({ action, extras }) => action === 'message.update' && extras.headers['run']?.startsWith('2.'))
  expect(new Set(updates.map(({ version }) => version.serial)).size).toBe(1)
  expect(updates[0]!.data).toContain('found 2')
})

test('several processes may die, one after another: no call is executed twice, and a request is repeated only after a death', async () => {
  const { engine } = await undisturbed()
  const halves = fc.array(fc.integer({ min: 1, max: engine.operations * 2 }), { minLength: 2, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(halves, async (given) => {
      const lives = given.map((half) => half / 2)
      const run = loop()
      const prompt = run.channel.prompt('go')
      expect(await run.engine.work(prompt, lives)).toMatchObject({ status: 'complete' })
      expect(run.engine.errors.filter((error) => !isUncertain(error))).toEqual([])
      expect(run.channel.responses()).toHaveLength(1)
      expect(new Set(run.executed).size).toBe(run.executed.length)
      expect(run.asked).toEqual(run.asked.toSorted())
      expect(run.asked.length).toBeLessThanOrEqual(3 + lives.length)
      const response = (await run.read()).find(({ role }) => role === 'assistant')!
      const calls = response.parts.filter((part) => 'toolCallId' in part)
      for (const call of calls) {
        if (!('uncertain' in call)) expect(run.executed).toContain(call.toolCallId)
        expect(['output-available', 'output-error']).toContain(call.state)
      }
    }),
    { numRuns: 60 },
  )
}, 60_000)

test('a cancel ends the run, also where its process died before it was written', async () => {
  const { engine } = await undisturbed()
  for (let dieAt = 0.5; dieAt <= engine.operations; dieAt += 0.5) {
    const run = loop()
    const prompt = run.channel.prompt('go')
    // While the second model speaks.
    run.clock.after(150, () => run.channel.cancel(prompt))
    const outcome = await run.engine.work(prompt, [dieAt])
    expect([dieAt, outcome]).toMatchObject([dieAt, { status: 'cancelled' }])
    expect([dieAt, run.channel.responses().map(({ headers }) => headers['status'])]).toEqual([dieAt, ['cancelled']])
    expect([dieAt, run.asked.includes(3)]).toEqual([dieAt, false])
  }
})
