import type { RealtimeChannel } from 'ably'

/** Replaces the newest answer, as Ably's documentation says for moderators: an update of the message. */
export async function redactAnswer(channel: RealtimeChannel, replacement: string): Promise<void> {
  const { items } = await channel.history({ limit: 100 })
  const answer = items.find(({ clientId, extras }) => clientId === 'agent' && extras?.headers?.role === 'assistant')
  if (!answer?.serial) throw new Error('unable to redact; no answer is in the history')
  await channel.updateMessage({ serial: answer.serial, data: replacement, extras: answer.extras })
}
