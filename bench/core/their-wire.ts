import { createUIMessageCodec } from '@ably/ai-transport/vercel'
import type { InboundMessage, Message, PublishResult, UpdateDeleteResult } from 'ably'
import type { Answer } from './our-wire.ts'
import { inbound, serialOf } from './wire.ts'

/** The messages of AI Transport's agent for one answer. `opening` is everything before the first delta: lifecycle, prompt, start. */
export interface TheirAnswer extends Omit<Answer, 'prompt' | 'close'> {
  readonly opening: readonly InboundMessage[]
  readonly closing: readonly InboundMessage[]
  /** The id of the prompt's message. */
  readonly input: string
  /** The id of the answer's message: the parent of the next prompt's. */
  readonly output: string
}

/**
 * A prompt and its answer as @ably/ai-transport publishes them: its own encoder writes to a recorder. The headers are those
 * of its agent session (run-step-writer.ts, run-manager.ts); lifecycle events are plain messages there too.
 */
export async function theirAnswer(index: number, deltas: readonly string[], parent?: string): Promise<TheirAnswer> {
  const codec = createUIMessageCodec()
  const input = `input-${index}`
  const output = `output-${index}`
  const run = { 'run-id': `run-${index}`, 'run-client-id': 'user', 'invocation-id': `invocation-${index}` }
  const caused = { ...run, 'input-client-id': 'user', 'input-codec-message-id': input }
  const recorder = createRecorder(index)
  const lifecycle = (name: string, transport: Record<string, string>) =>
    recorder.publish({ name, extras: { ai: { transport } } }, 'agent')

  const prompt = { role: 'user', 'codec-message-id': input, 'run-client-id': 'user', 'event-id': `event-${index}` }
  const asked = codec.createEncoder(recorder.as('user'))
  await asked.publishInput(
    codec.createUserMessage({ id: input, role: 'user', parts: [{ type: 'text', text: `Question ${index}?` }] }),
    { extras: { headers: parent === undefined ? prompt : { ...prompt, parent } }, messageId: input },
  )
  await lifecycle('ai-run-start', { ...caused, parent: input })
  const step = { ...caused, 'step-id': `step-${index}`, 'step-client-id': 'user' }
  const { serials } = await lifecycle('ai-step-start', step)
  const bracket = { 'step-start-serial': serials[0] ?? '' }
  const encoder = codec.createEncoder(recorder.as('agent'), {
    extras: { headers: { role: 'assistant', 'codec-message-id': output, ...step, ...bracket, parent: input } },
    messageId: output,
  })
  await encoder.publishOutput({ type: 'start', messageId: output })
  await encoder.publishOutput({ type: 'start-step' })
  const opening = recorder.take()
  await encoder.publishOutput({ type: 'text-start', id: 'text' })
  const [create] = recorder.take()
  for (const delta of deltas) await encoder.publishOutput({ type: 'text-delta', id: 'text', delta })
  const appends = recorder.take()
  await encoder.publishOutput({ type: 'text-end', id: 'text' })
  await encoder.publishOutput({ type: 'finish-step' })
  await encoder.publishOutput({ type: 'finish' })
  await encoder.close()
  await lifecycle('ai-step-end', { ...step, ...bracket, 'step-reason': 'complete' })
  await lifecycle('ai-run-end', { ...caused, 'run-reason': 'complete' })
  if (!create || appends.length !== deltas.length) throw new Error('unable to record the wire; the encoder wrote something else')
  return { opening, create, appends, closing: recorder.take(), input, output }
}

function createRecorder(index: number) {
  let recorded: InboundMessage[] = []
  let serials = index * 100
  let versions = 1e9 + index * 1e5

  async function publish(messages: Message | Message[], clientId: string): Promise<PublishResult> {
    const published = [messages].flat().map(({ name, data, extras }: Message) => {
      const serial = serialOf(serials++)
      recorded.push(inbound({ action: 'message.create', serial, version: serial, clientId, name, data, extras }))
      return serial
    })
    return { serials: published }
  }
  async function append({ serial, data, extras }: Message, clientId: string): Promise<UpdateDeleteResult> {
    const version = serialOf(versions++)
    recorded.push(inbound({ action: 'message.append', serial: serial ?? '', version, clientId, data, extras }))
    return { versionSerial: version }
  }
  return {
    publish,
    as: (clientId: string) => ({
      publish: (messages: Message | Message[]) => publish(messages, clientId),
      appendMessage: (message: Message) => append(message, clientId),
      updateMessage: () => Promise.reject(new Error('nothing here is repaired')),
    }),
    take() {
      const taken = recorded
      recorded = []
      return taken
    },
  }
}
