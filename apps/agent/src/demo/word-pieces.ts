import { decodeGenerator, encode } from 'gpt-tokenizer/encoding/cl100k_base'

/** A tokenizer takes time by the square of a word's length: of longer ones it is given parts. */
const PART = /[^]{1,1000}/gu

/** Cuts `text` into the word pieces of a real model. Whole characters only: one that takes several tokens comes with the last. */
export function* wordPieces(text: string): Generator<string> {
  for (const part of text.match(PART) ?? []) {
    // Nothing is special: `<|endoftext|>` in a question is text like any other.
    const tokens = encode(part, { disallowedSpecial: new Set() })
    for (const piece of decodeGenerator(tokens)) if (piece !== '') yield piece
  }
}
