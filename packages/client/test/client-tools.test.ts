import { selectMessages } from '@streamfold/core'
import { simulatedTransport } from '@streamfold/testkit'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { runClientTools } from '../src/index.ts'
import type { ClientTools, ConversationHandle } from '../src/index.ts'
import { asking, callIn, channelOf, waiting } from './calls.ts'

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const wants = (id = 'c1') => asking(id, { wants: 'output' })

/** A channel on which a call of the tool `send` asks the page for its output. */
async function opened(data = wants()) {
  const channel = channelOf()
  const mine = channel.open()
  await channel.live(mine)
  const serial = await channel.asked(mine, data)
  await channel.until(() => callIn(mine) !== undefined)
  const run = (tools: ClientTools, handle: ConversationHandle = mine) => runClientTools(handle, () => tools)
  const answers = () => channel.agent.published('answer').map(({ headers, data }) => `${headers['kind']} ${data}`)
  return { ...channel, mine, serial, run, answers }
}

/** Locks of a browser whose pages are the callers: each waits for those before it. */
function locksOfBrowser() {
  const held = new Map<string, Promise<unknown>>()
  return {
    async request(name: string, ...rest: readonly unknown[]): Promise<unknown> {
      const [options, run] = rest.length === 2 ? rest : [{}, rest[0]]
      const before = held.get(name)
      const { ifAvailable = false } = options as { readonly ifAvailable?: boolean }
      const perform = run as (lock: object | null) => Promise<unknown>
      if (before && ifAvailable) return perform(null)
      const own = (async () => {
        await before
        return perform({})
      })()
      held.set(name, own)
      try {
        return await own
      } finally {
        if (held.get(name) === own) held.delete(name)
      }
    },
  }
}

describe('a tool of a page', () => {
  it('answers with its output, with null where it returns nothing, and with its error', async () => {
    const { run, until, answers } = await opened(wants('c1') + wants('c2') + wants('c3') + wants('c4'))
    run({
      send: async (input) => {
        const { to } = input as { readonly to: string } // As the calls say.
        if (to === 'c1') return { zone: 'UTC' }
        if (to === 'c2') return undefined
        if (to === 'c3') return () => 'no JSON'
        throw new Error('no such place')
      },
    })
    await until(() => answers().length === 4)
    expect(answers().toSorted()).toEqual([
      'fault {"error":"its output is no JSON"}',
      'fault {"error":"no such place"}',
      'output null',
      'output {"zone":"UTC"}',
    ])
  })

  it('answers with an error if its output is too large', async () => {
    const { run, until, answers } = await opened()
    run({ send: () => 'x'.repeat(70_000) })
    await until(() => answers().length === 1)
    expect(answers()).toEqual(['fault {"error":"its output is too large to be sent"}'])
  })

  it('does not run for approvals, for other tools, and for names that every object has', async () => {
    const ran: string[] = []
    const { run, until, mine, answers } = await opened(
      asking('c1') + wants('c2').replace('"send"', '"other"') + wants('c3').replace('"send"', '"toString"'),
    )
    run({ send: () => ran.push('send') })
    await until(() => callIn(mine, 'c3') !== undefined)
    expect([ran, answers()]).toEqual([[], []])
  })

  it('runs once where two components offer it, also while it works', async () => {
    let runs = 0
    let finish: (output: string) => void = () => {}
    const { run, until, answers } = await opened()
    const send = () => {
      runs++
      return new Promise<string>((resolve) => (finish = resolve))
    }
    // As strict mode does.
    run({ send })()
    run({ send })
    run({ send })
    await until(() => runs > 0)
    finish('done')
    await until(() => answers().length === 1)
    expect([runs, answers()]).toEqual([1, ['output "done"']])
  })

  it('is given a signal that aborts when the call no longer waits, and its output is then not sent', async () => {
    const { run, until, mine, serial, agent, answers } = await opened()
    const signals: AbortSignal[] = []
    let finish: (output: string) => void = () => {}
    run({
      send: (_, { signal, call, message }) => {
        signals.push(signal)
        expect([call.toolCallId, message.id]).toEqual(['c1', serial])
        return new Promise<string>((resolve) => (finish = resolve))
      },
    })
    await until(() => signals.length === 1)
    const prompt = selectMessages(mine.store.getState())[0]!.id // The response answers it.
    await agent.append(serial, '', { ...waiting, status: 'cancelled', 'reply-to': prompt })
    await until(() => signals[0]!.aborted) // There is one.
    finish('late')
    await until(() => selectMessages(mine.store.getState())[1]?.status === 'cancelled')
    expect(answers()).toEqual([])
  })

  it('runs in one of the open pages of a browser', async () => {
    vi.stubGlobal('navigator', { locks: locksOfBrowser() })
    const { open, live, asked, transport, until, harness, agent } = channelOf()
    // Another page of the same person.
    const second = harness.ably.client({ clientId: 'ann' })
    const pages = [open(), open({}, simulatedTransport(harness.ably.service, second, transport.name))]
    for (const page of pages) await live(page)
    const ran: number[] = []
    let finish: (output: string) => void = () => {}
    for (const [page, handle] of pages.entries())
      runClientTools(handle, () => ({
        send: () => {
          ran.push(page)
          return new Promise<string>((resolve) => (finish = resolve))
        },
      }))
    await asked(pages[0]!, wants('c9')) // There are two.
    await until(() => ran.length > 0)
    await until(() => pages.every((page) => callIn(page, 'c9') !== undefined))
    finish('done')
    await until(() => pages.every((page) => callIn(page, 'c9')?.state === 'output-available'))
    expect([ran.length, agent.published('answer').map(({ data }) => data)]).toEqual([1, ['"done"']])
  })

  it('runs in another page if the one where it began is closed before it answers', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const locks = locksOfBrowser()
    vi.stubGlobal('navigator', { locks })
    const { run, until, answers, serial } = await opened()
    let close = () => {}
    const other = locks.request(`streamfold ${serial} c1`, () => new Promise<void>((resolve) => (close = resolve)))
    let runs = 0
    run({ send: () => ++runs })
    await until(() => true)
    expect(runs).toBe(0)
    close()
    await other
    // The answer of a page that was not closed would have arrived by then.
    await vi.advanceTimersByTimeAsync(2_000)
    await until(() => answers().length === 1)
    expect(answers()).toEqual(['output 1'])
  })

  it('runs when it is offered later, and when a page that was offline comes back', async () => {
    const { run, until, answers, harness, mine } = await opened()
    let tools: ClientTools = {}
    runClientTools(mine, () => tools)
    harness.drop()
    tools = { send: () => 'later' }
    await until(() => callIn(mine)?.wanted?.pending === true)
    expect(answers()).toEqual([])
    harness.reconnect()
    await until(() => answers().length === 1)
    run({})()
  })
})
