import type { Codec } from '../../protocol/codec.ts'
import { defineCodec } from '../../protocol/codec.ts'
import { createDecoder } from './decode.ts'
import { cancel, createPrompt } from './prompt.ts'

export interface AiTransportOptions {
  /**
   * What their codec calls the part of a prompt that is text. Default `text`, of the codec for the AI SDK; the one for OpenAI's
   * Responses says `input_text`.
   */
  readonly prompt?: string
  /** What it calls the outputs that are text. Default: `text`, `output_text` and `refusal`, which those two say. */
  readonly texts?: readonly string[]
}

/** The wire of @ably/ai-transport 0.8 with a codec of a product's own. */
export function defineAiTransport({
  prompt = 'text',
  texts = ['text', 'output_text', 'refusal'],
}: AiTransportOptions = {}): Codec {
  const decode = createDecoder(new Set(texts), new Set(['text', 'input_text', prompt]))
  return defineCodec({ decode, presence: false, prompt: createPrompt(prompt), cancel })
}

/**
 * The wire of @ably/ai-transport 0.8: its agents answer our prompts and heed our cancels, and what they and its clients write is
 * read. A run is one message: its texts with a blank line between them, its status that of the run. Tool calls, reasoning, files
 * and data are ignored, each with a reason; branches are shown one after the other.
 */
export const aiTransport: Codec = /* @__PURE__ */ defineAiTransport()
