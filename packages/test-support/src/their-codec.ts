import { getTransportHeaders } from '@ably/ai-transport'
import type { ChannelWriter } from '@ably/ai-transport'
import type { VercelOutput } from '@ably/ai-transport/vercel'
import { createUIMessageCodec } from '@ably/ai-transport/vercel'
import type { InboundMessage, Message } from 'ably'

type UIMessage = ReturnType<ReturnType<typeof createUIMessageCodec>['getMessages']>[number]['message']

const run = { 'run-id': 'run', 'run-client-id': 'ann', 'invocation-id': 'invocation', 'input-client-id': 'ann' }

/** Writes a run as their agent does: its own encoder between the marks of the run. @param reason how the run ends */
export async function encodeTheirs(
  channel: ChannelWriter,
  chunks: readonly VercelOutput[],
  reason: 'complete' | 'cancelled' | 'error',
): Promise<void> {
  const mark = async (name: string, more: Readonly<Record<string, string>> = {}) => {
    const message = { name, extras: { ai: { transport: { ...run, ...more } } } } as Message // The service makes the rest.
    return (await channel.publish(message)).serials[0] ?? ''
  }
  await mark('ai-run-start')
  const step = { 'step-id': 'step', 'step-start-serial': await mark('ai-step-start', { 'step-id': 'step' }) }
  const headers = { ...run, ...step, role: 'assistant', 'codec-message-id': 'answer' }
  const encoder = createUIMessageCodec().createEncoder(channel, { extras: { headers }, messageId: 'answer' })
  for (const chunk of chunks) await encoder.publishOutput(chunk)
  await encoder.cancelStreams()
  await encoder.close()
  await mark('ai-step-end', { ...step, 'step-reason': 'complete' })
  await mark('ai-run-end', { 'run-reason': reason })
}

/** What their client makes of the messages of a run, by its own decoder and reducer. */
export function decodeTheirs(messages: readonly InboundMessage[]): Pick<UIMessage, 'parts' | 'metadata'> {
  const codec = createUIMessageCodec()
  const decoder = codec.createDecoder()
  let projection = codec.init()
  /** The newest attempt at each step. Their client drops what belongs to an older one. */
  const newest = new Map<string, string>()
  for (const message of messages) {
    const { step, attempt } = stepOf(message)
    if (attempt > (newest.get(step) ?? '')) newest.set(step, attempt)
  }
  for (const message of messages) {
    const { step, attempt } = stepOf(message)
    if (attempt !== (newest.get(step) ?? '')) continue
    const { 'codec-message-id': messageId } = getTransportHeaders(message)
    const meta = { serial: serialOf(message), ...(messageId !== undefined && { messageId }) }
    for (const event of decoder.decode(message).outputs) projection = codec.fold(projection, { direction: 'output', event }, meta)
  }
  const shown = codec.getMessages(projection)
  if (shown.length > 1) throw new Error(`unable to compare; their client shows ${shown.length} messages`)
  return shown[0]?.message ?? { parts: [] }
}

function stepOf(message: InboundMessage): { readonly step: string; readonly attempt: string } {
  const { 'step-id': step = '', 'step-start-serial': attempt = '' } = getTransportHeaders(message)
  return { step, attempt: message.name === 'ai-step-start' ? serialOf(message) : attempt }
}

function serialOf({ serial = '' }: InboundMessage): string {
  return serial
}
