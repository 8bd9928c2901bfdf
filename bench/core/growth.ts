import type { Conversation } from '@streamfold/core'
import { emptyConversation, normalise, reduce, selectMessage } from '@streamfold/core'
import type { InboundMessage } from 'ably'
import { finished, folded } from './conversations.ts'
import type { Answer } from './our-wire.ts'
import { ourAnswer } from './our-wire.ts'
import { race } from './race.ts'
import type { Measured } from './row.ts'
import { deltasOf } from './wire.ts'

const APPENDS = 1_000

/** The cost of an append while the conversation and the text get longer. */
export async function growthRows(): Promise<Measured[]> {
  const wide = await race(
    { one: appending(emptyConversation(), 0), many: appending(finished(10_000), 10_000) },
    { operations: APPENDS },
  )
  const answer = ourAnswer(0, deltasOf(APPENDS))
  const short = opened(answer, 1e3)
  const long = opened(answer, 1e7)
  const texts = await race(
    {
      short: () => folded(short, answer.appends),
      long: () => folded(long, answer.appends),
      shortRead: () => read(folded(short, answer.appends), answer.create),
      longRead: () => read(folded(long, answer.appends), answer.create),
      floor: () => flat(answer.appends.reduce((text, { data }) => text + data, textOf(long, answer.create))),
    },
    { operations: APPENDS },
  )
  return [
    {
      id: 'append-10k-responses',
      unit: 'ns/append',
      ours: wide.many,
      peers: { 'with one response': wide.one },
      ratio: wide.many / wide.one,
      goal: { atMost: 1.3 },
    },
    {
      id: 'append-10mb',
      unit: 'ns/append',
      ours: texts.long,
      peers: { 'with 1 KB': texts.short },
      ratio: texts.long / texts.short,
      goal: { atMost: 1.3 },
      note: 'the text is flat every 1,000 appends, as after a read; the read itself is in the next row',
    },
    {
      id: 'append-10mb-read',
      unit: 'ns/append',
      ours: texts.longRead,
      peers: { 'floor with 10 MB': texts.floor, 'with 1 KB': texts.shortRead },
      ratio: texts.longRead / texts.floor,
      note: 'one read per 1,000 appends makes one flat string of 10 MB in every fold: the floor only concatenates and reads',
    },
  ]
}

function appending(state: Conversation, index: number): () => Conversation {
  const { create, appends } = ourAnswer(index, deltasOf(APPENDS))
  const begun = reduce(state, normalise(create))
  return () => folded(begun, appends)
}

/** A conversation of one answer that has grown to `length` characters, and was read. */
function opened({ create }: Answer, length: number): Conversation {
  const state = reduce(emptyConversation(), normalise({ ...create, data: 'lorem ipsum '.repeat(length / 12) }))
  read(state, create)
  return state
}

function read(state: Conversation, create: InboundMessage): number {
  return flat(textOf(state, create))
}

function textOf(state: Conversation, { serial = '' }: InboundMessage): string {
  return selectMessage(state, serial)?.text ?? ''
}

/** Reading one character makes V8 put all the pieces of a string together. */
function flat(text: string): number {
  return text.charCodeAt(text.length - 1)
}
