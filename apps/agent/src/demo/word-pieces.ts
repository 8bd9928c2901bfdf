import { decodeGenerator, encode } from 'gpt-tokenizer/encoding/cl100k_base'

/** Cuts `text` into the word pieces of a real model. Whole characters only: one that takes several tokens comes with the last. */
export function* wordPieces(text: string): Generator<string> {
  // Nothing is special: `<|endoftext|>` in a question is text like any other.
  const tokens = encode(text, { disallowedSpecial: new Set() })
  for (const piece of decodeGenerator(tokens)) if (piece !== '') yield piece
}
