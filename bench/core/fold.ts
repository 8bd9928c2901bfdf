import { createUIMessageCodec } from '@ably/ai-transport/vercel'
import { emptyConversation, selectMessage } from '@streamfold/core'
import type { UIMessage, UIMessageChunk } from 'ai'
import { readUIMessageStream } from 'ai'
import { folded } from './conversations.ts'
import { ourAnswer } from './our-wire.ts'
import { race } from './race.ts'
import type { Measured } from './row.ts'
import { theirAnswer } from './their-wire.ts'
import { deltasOf } from './wire.ts'

/** Deltas of the answer: a page of text. */
const LENGTH = 1_000

/** One growing answer, folded by each competitor. The full texts are compared before the race. */
export async function foldRows(): Promise<Measured[]> {
  const deltas = deltasOf(LENGTH)
  const our = ourAnswer(0, deltas)
  const their = await theirAnswer(0, deltas)
  const chunks: UIMessageChunk[] = [
    { type: 'start', messageId: 'output' },
    { type: 'text-start', id: 'text' },
    ...deltas.map((delta): UIMessageChunk => ({ type: 'text-delta', id: 'text', delta })),
    { type: 'text-end', id: 'text' },
    { type: 'finish' },
  ]
  const theirMessages = [...their.opening, their.create, ...their.appends]
  const codec = createUIMessageCodec()

  const competitors = {
    streamfold() {
      const state = folded(emptyConversation(), [our.create, ...our.appends])
      return { state, text: selectMessage(state, our.create.serial ?? '')?.text }
    },
    // What their session does with each message, less the tree: decode-fold.ts, tree.ts `_foldInto`.
    'ai-transport codec'() {
      const decoder = codec.createDecoder()
      let projection = codec.init()
      for (const message of theirMessages) {
        const { outputs } = decoder.decode(message)
        const meta = { serial: message.serial ?? '', messageId: their.output }
        for (const event of outputs) projection = codec.fold(projection, { direction: 'output', event }, meta)
      }
      return { decoder, projection, text: textOf(codec.getMessages(projection).at(-1)?.message.parts) }
    },
    async readUIMessageStream() {
      const stream = new ReadableStream<UIMessageChunk>({
        start(controller) {
          for (const chunk of chunks) controller.enqueue(chunk)
          controller.close()
        },
      })
      let last: UIMessage | undefined
      for await (const message of readUIMessageStream({ stream })) last = message
      return { last, text: textOf(last?.parts) }
    },
    floor() {
      let version = ''
      let text = ''
      for (const message of our.appends) {
        const next = message.version.serial ?? ''
        if (next <= version) continue
        version = next
        text += message.data as string // Recorded above, all text.
      }
      return { version, text }
    },
    'copied Map'() {
      let texts = new Map<string, string>()
      for (const { serial = '', data } of our.appends) {
        const next = new Map(texts)
        texts = next.set(serial, (next.get(serial) ?? '') + data)
      }
      return { texts, text: texts.values().next().value }
    },
  }
  for (const [name, run] of Object.entries(competitors)) {
    const { text } = await run()
    if (text !== deltas.join('')) throw new Error(`unable to compare; ${name} does not end with the text`)
  }

  // The AI SDK leaves so much garbage that V8 drops optimised code of the others, so it races with ours alone.
  const { readUIMessageStream: sdk, ...quick } = competitors
  const fold = await race(quick, { operations: LENGTH })
  const read = await race({ streamfold: quick.streamfold, sdk }, { operations: LENGTH })
  return [
    row('fold-ai-transport', fold.streamfold, { 'ai-transport codec': fold['ai-transport codec'] }, { atLeast: 2 }),
    row('fold-ai-sdk', read.streamfold, { readUIMessageStream: read.sdk }, { atLeast: 20 }),
    row('fold-floor', fold.streamfold, { floor: fold.floor }, { atLeast: 0.15 }),
    row('fold-map', fold.streamfold, { 'copied Map': fold['copied Map'] }),
  ]
}

function row(id: string, ours: number, peers: Readonly<Record<string, number>>, goal?: Measured['goal']): Measured {
  return { id, unit: 'ns/append', ours, peers, ratio: Object.values(peers)[0]! / ours, ...(goal && { goal }) }
}

function textOf(parts: readonly unknown[] | undefined): string {
  return (parts ?? [])
    .map((part) => (typeof part === 'object' && part !== null && 'text' in part ? String(part.text) : ''))
    .join('')
}
