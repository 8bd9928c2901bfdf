// @vitest-environment happy-dom
import { createAgentChannel } from '@streamfold/ably'
import type { Chunk, Task } from '@streamfold/agent'
import { serveAgent } from '@streamfold/agent'
import { aiTransport, aiTransportAgent } from '@streamfold/core/ai-transport'
import { driver } from '@streamfold/test-support/react/driver'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Place, Reader, Shown } from './reader.ts'
import { agUi } from './readers/ag-ui.ts'
import { aiTransportClient } from './readers/ai-transport.ts'
import { bindings } from './readers/bindings.ts'
import type { PlainSubscriber } from './readers/plain-subscriber.ts'
import { subscribePlainly, textOf } from './readers/plain-subscriber.ts'
import { tanStackAi } from './readers/tanstack-ai.ts'
import { chats } from './readers/use-chat.ts'

const all: readonly Reader[] = [...bindings, ...chats, agUi, tanStackAi, aiTransportClient]

const prompt = 'user Tell everybody'
const reasoning = 'reasoning Ask first.'
const call = 'call send {"to":"all"}'
const result = `${call} → sent`
const [source, answer] = ['source https://example.com/list', 'text All of them were told.']

const stages = {
  thinks: { lines: [prompt, reasoning], standing: 'streaming' },
  talks: { lines: [prompt, reasoning, 'text Let me'], standing: 'streaming' },
  asks: { lines: [prompt, reasoning, 'text Let me ask.', call], standing: 'waiting' },
  acts: { lines: [prompt, reasoning, 'text Let me ask.', result, source, 'text All of'], standing: 'streaming' },
  ended: { lines: [prompt, reasoning, 'text Let me ask.', result, source, answer], standing: 'ended' },
} as const satisfies Record<string, Shown>

/** A run with reasoning, text, a call that a person approves, a source, and more text. At gates it waits until the test opens them. */
function scripted(gate: (name: string) => Promise<void>) {
  return async function* respond({ continued, run }: Task): AsyncGenerator<Chunk, void> {
    if (!continued) {
      yield { type: 'reasoning-start', id: 'r' } as Chunk
      yield { type: 'reasoning-delta', id: 'r', delta: 'Ask ' } as Chunk
      yield { type: 'reasoning-delta', id: 'r', delta: 'first.' } as Chunk
      await gate('talks')
      yield { type: 'reasoning-end', id: 'r' } as Chunk
      yield 'Let me'
      await gate('asks')
      yield ' ask.'
      yield { type: 'tool-call', toolCallId: 'c1', toolName: 'send', input: { to: 'all' } }
      yield { type: 'tool-approval-request', toolCallId: 'c1', approvalId: 'a1' }
      return
    }
    await run('c1')
    yield { type: 'tool-result', toolCallId: 'c1', output: 'sent' }
    yield { type: 'source-url', sourceId: 's1', url: 'https://example.com/list' } as Chunk
    yield 'All of'
    await gate('ended')
    yield ' them were told.'
  }
}

/** Gates by name: closed until the test opens them. */
function gates() {
  const known = new Map<string, { readonly passed: Promise<void>; readonly open: () => void }>()
  function gate(name: string) {
    let found = known.get(name)
    if (!found) {
      let open = () => {}
      const passed = new Promise<void>((resolve) => (open = resolve))
      known.set(name, (found = { passed, open }))
    }
    return found
  }
  return { pass: (name: string) => gate(name).passed, open: (name: string) => gate(name).open() }
}

interface Opened {
  readonly reader: Reader
  shown(): Promise<Shown>
}

describe.each([
  ['Streamfold’s own format', undefined, undefined],
  ['the format of AI Transport', aiTransport, aiTransportAgent],
] as const)('one run on one channel, in %s', (_, codec, agentCodec) => {
  const readers = all.filter(({ only }) => only === undefined || (only === 'ai-transport') === (codec !== undefined))

  test(
    'is shown alike by everybody: live, after a reload, after lost continuity, and after its end',
    { timeout: 60_000 },
    async () => {
      const server = await serve()
      const name = 'ai:one-channel'
      const place = (clientId: string): Place => ({ client: realtime(server, { clientId }), name, codec })
      const { pass, open } = gates()
      const agent = serveAgent({
        channel: createAgentChannel(realtime(server, { clientId: 'agent' }).channels.get(name), {
          clientId: 'agent',
          agent: 'agent',
          codec: agentCodec,
        }),
        respond: scripted(pass),
        waits: true,
        batch: { interval: 0 },
      })
      onTestFinished(() => agent.close())

      const pages: Opened[] = []
      const plain: PlainSubscriber[] = []
      /** Each with a connection of its own. All are those of one person, because only the author of a prompt is asked. */
      async function openAll(): Promise<void> {
        for (const reader of readers) {
          const page = await reader.open(place('ann'))
          onTestFinished(() => page.close())
          pages.push({ reader, shown: async () => page.shown() })
        }
        const subscriber = await subscribePlainly(place('ann'))
        onTestFinished(subscriber.close)
        plain.push(subscriber)
      }
      async function everybodyShows(stage: keyof typeof stages): Promise<void> {
        for (const { reader, shown } of pages)
          await expect.poll(shown, { message: `${reader.name} (${stage})` }).toEqual(expected(stages[stage], reader))
        const { items } = await realtime(server).channels.get(name).history({ direction: 'forwards', limit: 1000 })
        const data = Object.fromEntries(items.map(({ serial, data }) => [serial, textOf(data)]))
        for (const subscriber of plain) await expect.poll(subscriber.data).toEqual(data)
        if (!codec) expect(items).toHaveLength(stage === 'thinks' || stage === 'talks' || stage === 'asks' ? 2 : 3)
      }

      function loseContinuity(refuseFor?: number): void {
        server.faults.expireContinuity({ clientId: 'ann' })
        server.faults.cut({ clientId: 'ann', ...(refuseFor !== undefined && { refuseFor }) })
        pages.splice(0, pages.length, ...pages.filter(({ reader }) => !reader.needsReload))
      }

      const asking = driver.mount(realtime(server, { clientId: 'ann' }), { channelName: name, codec })
      onTestFinished(asking.unmount)
      await openAll()
      await asking.actions().sendMessage('Tell everybody')
      const asked = await vi.waitUntil(async () => (await realtime(server).channels.get(name).history()).items[0]?.serial, {
        timeout: 20_000,
      })
      void agent.answer(asked)
      await everybodyShows('thinks')
      open('talks')
      await everybodyShows('talks')

      await openAll()
      await everybodyShows('talks')
      open('asks')
      await everybodyShows('asks')
      await openAll()
      await everybodyShows('asks')
      loseContinuity()
      await everybodyShows('asks')
      const { items } = await realtime(server).channels.get(name).history()
      const waiting = items.findLast(({ clientId }) => clientId === 'agent')
      await asking.actions().answer({ messageId: waiting?.serial ?? '', toolCallId: 'c1' }, { approve: true })
      await everybodyShows('acts')
      await openAll()
      // A short cut: the connections resume.
      server.faults.cut({ clientId: 'ann' })
      await everybodyShows('acts')

      // A long one, during which the answer ends.
      loseContinuity(300)
      open('ended')
      await everybodyShows('ended')
      await openAll()
      await everybodyShows('ended')
    },
  )
})

/** TanStack AI has no place for sources among the parts: there they come behind them. */
function expected({ lines, standing }: Shown, { sources }: Reader): Shown {
  if (sources !== 'apart') return { lines, standing }
  const isSource = (line: string) => line.startsWith('source ')
  return { lines: [...lines.filter((line) => !isSource(line)), ...lines.filter(isSource)], standing }
}
