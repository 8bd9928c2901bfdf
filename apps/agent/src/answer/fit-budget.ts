import { modelMessages } from '@streamfold/agent'
import type { Message } from '@streamfold/core'
import { countTokens } from 'gpt-tokenizer/encoding/cl100k_base'

export interface Fitted {
  /** The newest messages that fit, oldest first, the first of them a user's: many models refuse to begin with an answer. */
  readonly messages: readonly Message[]
  /** Messages that were left out, all older than those. */
  readonly omitted: number
}

/** Tokens that a model's own framing takes for each message. */
const FRAME = 4

/** Tokens of an image or a document; models differ. */
const FILE = 1_500

/**
 * UTF-16 code units that are counted at once. A tokenizer's time grows with the square of a word's length, and the process does nothing else
 * meanwhile: one long word could stop it. A cut word counts one token more.
 */
const SLICE = 1_000

/**
 * Cuts a conversation to the model's budget, from the oldest. The last message always stays: the prompt, or a response that goes on, then with its
 * prompt. Tokens are counted as one widespread model counts them; others differ by some percent, so leave room.
 *
 * @param budget tokens for the conversation
 */
export function fitBudget(messages: readonly Message[], budget: number): Fitted {
  const said = messages.filter(isSaid)
  const last = said.at(-1)
  const prompt = last?.role === 'assistant' ? said.findLastIndex(({ id }) => id === last.replyTo) : -1
  const needed = prompt < 0 ? said.length - 1 : prompt
  let left = budget
  let first = said.length
  while (first > 0) {
    left -= costOf(said[first - 1]!, left)
    if (left < 0 && first <= needed) break
    first--
  }
  while (said[first]?.role === 'assistant') first++
  return { messages: said.slice(first), omitted: first }
}

/** Whether the model is to see a message: not one that is deleted, empty or not on the channel. */
function isSaid({ parts, status }: Message): boolean {
  return status !== 'deleted' && status !== 'sending' && parts.some((part) => part.type !== 'text' || part.text.trim() !== '')
}

/** No token is longer than some tens of characters: what cannot fit need not be counted. */
function costOf(message: Message, left: number): number {
  const text = textOf(message)
  if (text.length > Math.max(0, left) * 32) return Infinity
  let tokens = FRAME + FILE * message.parts.filter(({ type }) => type === 'file').length
  for (let at = 0; at < text.length; at += SLICE)
    tokens += countTokens(text.slice(at, at + SLICE), { disallowedSpecial: new Set() })
  return tokens
}

/** What the model receives of a message. A call and its result are in one, so no cut separates them. */
function textOf(message: Message): string {
  if (message.parts.every(({ type }) => type === 'text')) return message.text
  // An answer is left out if there is no prompt before it.
  const written = modelMessages([{ ...message, role: 'user', parts: [promptText] }, message], { files: () => false })
  return JSON.stringify(written.slice(message.role === 'user' ? 0 : 1))
}

const promptText = { type: 'text', text: 'prompt', state: 'done' } as const
