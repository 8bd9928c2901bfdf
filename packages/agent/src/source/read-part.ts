import type { Fields } from './fields.ts'
import { isFields } from './fields.ts'
import type { ModelStream } from './model-stream.ts'
import { fail } from './model-stream.ts'
import type { MessageReader } from './anthropic/read-message.ts'
import type { ResponseReader } from './openai/read-response.ts'
import { readSdkPart } from './ai-sdk/read-sdk-part.ts'

/** Reads a part that has a type: of the AI SDK, of OpenAI's Responses, of Anthropic. */
export function readPart(
  type: string,
  whole: Fields,
  stream: ModelStream,
  readers: { readonly message: MessageReader; readonly response: ResponseReader },
): void {
  // Mastra puts what a part of the AI SDK holds one level down.
  const part = isFields(whole['payload']) ? { ...whole['payload'], ...whole } : whole
  if (type === 'error' || type === 'response.error')
    return fail(stream, part['error'] ?? part['errorText'] ?? part['message'] ?? part)
  if (type.startsWith('response.')) return readers.response.read(type, part, stream)
  if (type === 'message') return readers.message.readWhole(part, stream)
  if (/^(?:message_|content_block_)/.test(type)) return readers.message.read(type, part, stream)
  readSdkPart(type, part, stream)
}
