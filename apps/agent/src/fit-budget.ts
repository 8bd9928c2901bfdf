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

/**
 * UTF-16 code units that are counted at once. A tokenizer's time grows with the square of a word's length, and the process does nothing else
 * meanwhile: one long word could stop it. A cut word counts one token more.
 */
const SLICE = 1_000

/**
 * Cuts a conversation to the model's budget, from the oldest. The last message, the prompt, always stays. Tokens are counted as
 * one widespread model counts them; others differ by some percent, so leave room.
 *
 * @param budget tokens for the conversation
 */
export function fitBudget(messages: readonly Message[], budget: number): Fitted {
  const said = messages.filter(isSaid)
  let left = budget
  let first = said.length
  while (first > 0) {
    left -= costOf(said[first - 1]!, left)
    if (left < 0 && first < said.length) break
    first--
  }
  while (said[first]?.role === 'assistant') first++
  return { messages: said.slice(first), omitted: first }
}

/** Whether the model is to see a message: not one that is deleted, empty or not on the channel. */
function isSaid({ text, status }: Message): boolean {
  return text.trim() !== '' && status !== 'deleted' && status !== 'sending'
}

/** No token is longer than some tens of characters: what cannot fit need not be counted. */
function costOf({ text }: Message, left: number): number {
  if (text.length > Math.max(0, left) * 32) return Infinity
  let tokens = FRAME
  for (let at = 0; at < text.length; at += SLICE)
    tokens += countTokens(text.slice(at, at + SLICE), { disallowedSpecial: new Set() })
  return tokens
}
