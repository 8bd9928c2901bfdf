import type { Codec } from '../../protocol/codec.ts'
import { defineCodec } from '../../protocol/codec.ts'
import { answer } from './answer.ts'
import { createDecoder } from './decode.ts'
import { cancel, createPrompt, promptWithFiles } from './prompt.ts'

/** The part types of a product's own AI Transport codec. */
export interface AiTransportOptions {
  /**
   * The type of a text part in a prompt, as the product's codec names it. Default `text` (the codec for the AI SDK); the codec for OpenAI's
   * Responses uses `input_text`.
   */
  readonly prompt?: string
  /** The types of outputs that are text. Default: `text`, `output_text` and `refusal`, which those two codecs use. */
  readonly texts?: readonly string[]
}

/** Makes the codec for @ably/ai-transport 0.8 with a product's own part types. */
export function defineAiTransport({
  prompt = 'text',
  texts = ['text', 'output_text', 'refusal'],
}: AiTransportOptions = {}): Codec {
  const decode = createDecoder(new Set(texts), new Set(['text', 'input_text', prompt]))
  const isText = prompt === 'text'
  return defineCodec({
    decode,
    presence: false,
    prompt: createPrompt(prompt),
    ...(isText && { promptWithFiles, answer }),
    cancel,
  })
}

/**
 * The codec for the format of @ably/ai-transport 0.8: its agents answer our prompts and obey our cancels, and the messages of its agents and
 * clients are shown. A run is one message with the run's status; its texts, reasoning, tool calls, sources, files, data and steps are the
 * parts. What users answer (approvals, results and errors of calls) is shown at the calls; edits and further responses are branches (P136).
 */
export const aiTransport: Codec = /* @__PURE__ */ defineAiTransport()
