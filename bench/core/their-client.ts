import { createClientSession } from '@ably/ai-transport/vercel'
import type { InboundMessage } from 'ably'
import type { Client } from './client.ts'
import { createFakeAbly } from './fake-ably.ts'
import { createScreen } from './screen.ts'

interface Pair {
  readonly message: { readonly parts: readonly { readonly type: string; readonly text?: string }[] }
}

/** AI Transport's session, tree and view, read as its `useView` does: on every update, of which React renders one per frame. */
export async function openTheirs(settled: readonly InboundMessage[]): Promise<Client> {
  const { client, deliver } = createFakeAbly()
  const session = createClientSession({ client, channelName: 'ai:bench' })
  await session.connect()
  settled.forEach(deliver)
  const { view } = session
  const screen = createScreen(textOf, { mutable: true })
  let messages: readonly Pair[] = view.getMessages()
  let hasOlder = view.hasOlder()
  view.on('update', () => {
    messages = view.getMessages()
    hasOlder = view.hasOlder()
  })
  const frame = () => {
    screen.draw(messages)
    return hasOlder
  }
  frame()
  return { deliver, frame, texts: screen.texts }
}

function textOf({ message }: Pair): string {
  let text = ''
  for (const part of message.parts) if (part.type === 'text') text += part.text ?? ''
  return text
}
