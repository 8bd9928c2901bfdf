import type { NotifiedPrompt } from '@streamfold/ably'
import type { MessagePart } from '@streamfold/core'
import { aiTransport, invocationOf } from '@streamfold/core/ai-transport'
import { Realtime } from 'ably'

/** What the page's address asks for: `?c=conversation&me=client-id&ably=port of local Ably`. */
const asked = new URLSearchParams(location.search)

export const client = new Realtime({
  authUrl: '/api/ably-token',
  authParams: { clientId: asked.get('me') ?? 'me' },
  endpoint: 'localhost',
  port: Number(asked.get('ably')),
  tls: false,
  disableConnectivityCheck: true,
  transports: ['web_socket'],
  disconnectedRetryTimeout: 500,
})

/** What `useConversation` is given, in React and in Vue. */
export const options = { channelName: asked.get('c') ?? 'ai:demo', agent: 'bot', codec: aiTransport, notifyAgent }

/** Wakes an agent as clients of AI Transport do. */
async function notifyAgent(prompt: NotifiedPrompt): Promise<void> {
  const response = await fetch('/chat', { method: 'POST', body: JSON.stringify(invocationOf(prompt)) })
  if (!response.ok) throw new Error('the agent does not answer')
}

/** A part in words, for a list beside the texts. */
export function partLine(part: MessagePart): string {
  const { type, text, state, toolName, input, output, errorText, url, title, data } = part as unknown as Record<string, unknown> // Of any kind.
  const words = [type, toolName, type === 'reasoning' ? undefined : state, text, input, output, errorText, url, title, data]
  return words
    .filter((word) => word !== undefined)
    .map((word) => (typeof word === 'string' ? word : JSON.stringify(word)))
    .join(' ')
}
