// @vitest-environment happy-dom
import { createAgentChannel } from '@streamfold/ably'
import type { Chunk, Task } from '@streamfold/agent'
import { serveAgent } from '@streamfold/agent'
import { normalise } from '@streamfold/core'
import type { LocalAbly } from '@streamfold/local-ably'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { StrictMode, createElement } from 'react'
import { createRoot } from 'react-dom/client'
import { flushSync } from 'react-dom'
import { expect, it, onTestFinished } from 'vitest'
import { Chat } from '../examples/assistant-ui.tsx'
import { so } from './fixture.ts'

let names = 0

/** The page of the example, as a person sees and uses it. */
function openPage(server: LocalAbly, name: string, clientId = 'ann') {
  const channel = realtime(server, { clientId }).channels.get(name)
  const page = document.body.appendChild(document.createElement('main'))
  const root = createRoot(page)
  flushSync(() => root.render(createElement(StrictMode, null, createElement(Chat, { channel }))))
  let mounted = true
  const close = (): void => {
    if (mounted) root.unmount()
    mounted = false
  }
  onTestFinished(close)
  const button = (label: string) => [...page.querySelectorAll('button')].filter(({ textContent }) => textContent === label)
  return {
    close,
    parts: () =>
      [...page.querySelectorAll('[data-part]')].map((part) => `${part.getAttribute('data-part')}: ${part.textContent?.trim()}`),
    tool: () => page.querySelector('[data-part=tool]')?.getAttribute('data-status'),
    has: (label: string) => button(label).some(({ disabled }) => !disabled),
    press: (label: string) => flushSync(() => button(label).at(-1)!.click()),
    write(text: string) {
      const input = page.querySelector('textarea')!
      const set = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, 'value')!.set!
      flushSync(() => {
        set.call(input, text)
        input.dispatchEvent(new Event('input', { bubbles: true }))
      })
    },
  }
}

/** An agent that listens to the channel. */
async function serveOn(server: LocalAbly, name: string, respond: (task: Task) => AsyncIterable<Chunk | string>) {
  const channel = realtime(server, { clientId: 'agent' }).channels.get(name)
  const agent = serveAgent({
    channel: createAgentChannel(channel, { clientId: 'agent' }),
    batch: { interval: 0 },
    onError: () => undefined,
    respond,
  })
  await channel.subscribe((message) => {
    const event = normalise(message)
    if (event.type === 'created' && event.role === 'user') void agent.answer(event.serial)
  })
  await agent.recover()
  onTestFinished(() => agent.close())
}

it('assistant-ui shows an answer as it is written, in both tabs and after a reload, stops it, and asks for another', async () => {
  const [server, name] = [await serve(), `ai:assistant-ui-${++names}`]
  let [go, stopped] = [(): void => undefined, false]
  await serveOn(server, name, async function* ({ signal }) {
    if (stopped) return yield 'Again'
    signal.addEventListener('abort', () => (stopped = true))
    yield { type: 'reasoning-start', id: 'r' } as Chunk
    yield { type: 'reasoning-delta', id: 'r', delta: 'Hm.' } as Chunk
    yield { type: 'reasoning-end', id: 'r' } as Chunk
    yield { type: 'source', sourceType: 'url', id: 's1', url: 'https://example.com', title: 'Example' } as Chunk
    yield 'Good'
    await new Promise<void>((resolve) => (go = resolve))
    yield ' day'
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
  })
  const [tab, other] = [openPage(server, name), openPage(server, name, 'ben')]
  tab.write('Hello')
  await so(() => expect(tab.has('Send')).toBe(true))
  tab.press('Send')
  const begun = ['text: Hello', 'reasoning: Hm.', 'source: Example', 'text: Good']
  for (const each of [tab, other]) await so(() => expect(each.parts()).toEqual(begun))
  tab.close()
  const reloaded = openPage(server, name)
  await so(() => expect(reloaded.parts()).toEqual(begun))
  expect(stopped).toBe(false)
  go()
  for (const each of [reloaded, other]) await so(() => expect(each.parts().at(-1)).toBe('text: Good day'))
  await so(() => expect(reloaded.has('Stop')).toBe(true))
  reloaded.press('Stop')
  await so(() => expect(stopped).toBe(true))
  await so(() => expect(reloaded.has('Again')).toBe(true))
  reloaded.press('Again')
  for (const each of [reloaded, other]) await so(() => expect(each.parts()).toEqual(['text: Hello', 'text: Again']))
})

it('assistant-ui asks for an approval, also after a reload, and the answer goes on in its message', async () => {
  const [server, name] = [await serve(), `ai:assistant-ui-${++names}`]
  await serveOn(server, name, async function* ({ continued, run }) {
    if (!continued) {
      yield { type: 'tool-call', toolCallId: 'c1', toolName: 'send', input: { to: 1 } }
      yield { type: 'tool-approval-request', approvalId: 'a1', toolCallId: 'c1' }
      return
    }
    await run('c1')
    yield { type: 'tool-result', toolCallId: 'c1', output: 'sent' }
    yield 'done'
  })
  const tab = openPage(server, name)
  tab.write('Send it')
  await so(() => expect(tab.has('Send')).toBe(true))
  tab.press('Send')
  await so(() => expect(tab.has('Approve')).toBe(true))
  tab.close()
  const reloaded = openPage(server, name)
  await so(() => expect(reloaded.has('Approve')).toBe(true))
  expect(reloaded.tool()).toBe('requires-action')
  reloaded.press('Approve')
  await so(() => expect(reloaded.parts()).toEqual(['text: Send it', 'tool: send {"to":1} "sent"', 'text: done']))
  expect(reloaded.tool()).toBe('complete')
})
