import type { ConversationHandle } from '@streamfold/ably'
import { openConversation } from '@streamfold/ably'
import { selectMessageIds, view } from '@streamfold/client'
import type { Message } from '@streamfold/core'
import { selectMessage, selectMessages } from '@streamfold/core'
import type { InboundMessage } from 'ably'
import type { Client } from './client.ts'
import type { FakeAbly } from './fake-ably.ts'
import { createFakeAbly } from './fake-ably.ts'
import { createScreen } from './screen.ts'

const clock = { now: () => 1, after: () => () => {} }

interface Opened extends FakeAbly {
  readonly conversation: ConversationHandle
  frame(): void
}

async function open(settled: readonly InboundMessage[]): Promise<Opened> {
  const ably = createFakeAbly()
  let due: (() => void) | undefined
  const frame = () => {
    const flush = due
    due = undefined
    flush?.()
  }
  const conversation = openConversation(ably.channel, { rewind: false, clock, scheduler: (flush) => (due = flush) })
  // Attaches and reads the history, which is empty.
  await new Promise(setImmediate)
  settled.forEach(ably.deliver)
  frame()
  return { ...ably, conversation, frame }
}

/** One component that reads everything: `useConversation()`, its messages drawn by rows that are memoised by message. */
export async function openOurs(settled: readonly InboundMessage[]): Promise<Client> {
  const { conversation, deliver, frame } = await open(settled)
  const screen = createScreen(({ text }: Message) => text)
  const { store } = conversation
  const fields = Object.values(view) as readonly ((state: ReturnType<typeof store.getSnapshot>) => unknown)[]
  const render = () => {
    const state = store.getSnapshot()
    for (const select of fields) select(state)
    screen.draw(selectMessages(state))
  }
  store.subscribe(render)
  render()
  return { deliver, frame, texts: screen.texts }
}

/** A list of ids, and a row for each that reads its message itself: `useMessageIds()` and `useMessage(id)`. */
export async function openOurRows(settled: readonly InboundMessage[]): Promise<Client> {
  const { conversation, deliver, frame } = await open(settled)
  const { store } = conversation
  const texts: string[] = []
  const ids = selectMessageIds(store.getSnapshot())
  let known = ids
  store.subscribe(() => (known = selectMessageIds(store.getSnapshot(), known)))
  ids.forEach(({ id }, row) => {
    const draw = (message: Message | undefined) => {
      const text = message?.text ?? ''
      if (text !== texts[row]) texts[row] = text
    }
    store.subscribeTo(id, draw)
    draw(selectMessage(store.getSnapshot(), id))
  })
  return { deliver, frame, texts: () => texts }
}
