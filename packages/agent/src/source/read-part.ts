import { finishReasonOf } from './finish-reasons.ts'
import type { Fields, ModelStream } from './model-stream.ts'
import { begin, beginStep, called, fail, isFields, readGiven, readText, writeBlock } from './model-stream.ts'
import { readResponse } from './read-response.ts'

/** What is known to hold no text of the answer: of the AI SDK, of OpenAI's Responses, of Anthropic. */
const silent =
  /^(?:(?:text|source|data|message|step|stream|response|reset|model-call|steering)-.*|source|file|custom|start|finish-step|raw|ping|keepalive)$/

/**
 * The text of a part with a type, empty where it has none.
 *
 * Text blocks do not begin steps: Anthropic splits a sentence into several where it cites.
 */
export function readPart(type: string, whole: Fields, stream: ModelStream): string {
  // Mastra puts what a part of the AI SDK holds one level down.
  const part = isFields(whole['payload']) ? { ...whole['payload'], ...whole } : whole
  switch (type) {
    case 'text': // AI SDK
    case 'text-delta':
      writeBlock(stream, part['id'])
      return readGiven(part['text'] ?? part['delta'] ?? part['textDelta'], stream, type)
    case 'text-start':
      startBlock(part, stream)
      return ''
    case 'text-end':
      stream.block = undefined
      return ''
    case 'start-step':
    case 'step-start':
      beginStep(stream)
      stream.running.clear()
      return ''
    case 'finish-step':
      // A call that has no result by then waits for a person, or a page.
      stream.running.clear()
      return ''
    case 'finish':
      return finish(part, stream)
    case 'abort':
      fail(stream, new DOMException('the model was stopped', 'AbortError'))
      return ''
    case 'error': // of all of them
    case 'response.error':
      fail(stream, part['error'] ?? part['errorText'] ?? part['message'] ?? part)
      return ''
    case 'message': // of Anthropic, from a server that does not stream
      begin(stream, 'Anthropic')
      stream.ended = true
      stream.finish = finishReasonOf(part['stop_reason'])
      return readBlocks(part['content'], stream)
    default:
      if (type.startsWith('response.')) return readResponse(type, part, stream)
      if (type.startsWith('message_') || type.startsWith('content_block_')) return readMessage(type, part, stream)
      if (type.startsWith('reasoning')) stream.reasoning = true
      else if (type.startsWith('tool-')) readTool(type, part, stream)
      else if (!silent.test(type)) stream.unknown(`parts are of type ${JSON.stringify(type)}`)
      return ''
  }
}

function readTool(type: string, { toolCallId: id, preliminary }: Fields, stream: ModelStream): void {
  called(stream)
  if (type === 'tool-call' || type === 'tool-input-available') stream.running.add(id)
  else if (/^tool-(?:result|error|output-.*|approval-request)$/.test(type) && preliminary !== true) stream.running.delete(id)
}

function finish(part: Fields, stream: ModelStream): '' {
  const { finishReason: given, rawFinishReason } = part
  stream.running.clear()
  // A provider's own stream has both in one.
  const { unified: name, raw } = isFields(given) ? given : { unified: given, raw: rawFinishReason }
  const reason = finishReasonOf(name)
  if (name === 'interrupted') fail(stream, undefined, 'the model was interrupted')
  else if (reason === 'error') fail(stream, undefined, 'the model ended with an error')
  // What the AI SDK does not know the provider's word may say; a paused turn is no end, though the AI SDK takes it for a good one.
  const vague = reason === 'other' || raw === 'pause_turn'
  stream.finish = vague ? (finishReasonOf(raw) ?? 'other') : reason
  return ''
}

/** A block of text is a step of its own only where it is another message of OpenAI's Responses. */
function startBlock({ providerMetadata }: Fields, stream: ModelStream): void {
  stream.block = undefined
  const { openai, azure } = isFields(providerMetadata) ? providerMetadata : {}
  const item = [openai, azure].find(isFields)?.['itemId']
  if (item !== undefined && stream.item !== undefined && item !== stream.item) beginStep(stream)
  stream.item = item
}

/** Anthropic's messages. */
function readMessage(type: string, part: Fields, stream: ModelStream): string {
  switch (type) {
    case 'message_start':
      begin(stream, 'Anthropic')
      return ''
    case 'content_block_start':
      return isFields(part['content_block']) ? readBlock(part['content_block'], stream) : ''
    case 'content_block_delta': {
      const { delta } = part
      if (!isFields(delta)) return ''
      if (delta['type'] === 'thinking_delta') stream.reasoning = true
      return delta['type'] === 'text_delta' ? readGiven(delta['text'], stream, 'text_delta') : ''
    }
    case 'message_delta': {
      const reason = isFields(part['delta']) ? finishReasonOf(part['delta']['stop_reason']) : undefined
      if (!reason) return ''
      stream.ended = true
      stream.finish = reason
      if (reason === 'error') fail(stream, undefined, 'the model ended with an error')
      return ''
    }
    case 'message_stop':
      stream.ended = true
      return ''
    default:
      return ''
  }
}

function readBlocks(content: unknown, stream: ModelStream): string {
  if (!Array.isArray(content)) return readText(content, stream, 'content')
  return content.map((each) => (isFields(each) ? readBlock(each, stream) : readText(each, stream, 'content'))).join('')
}

function readBlock({ type, text }: Fields, stream: ModelStream): string {
  if (type === 'text') return readText(text, stream, 'content_block')
  if (type === 'thinking' || type === 'redacted_thinking') stream.reasoning = true
  else if (typeof type === 'string' && /tool_(?:use|result)$/.test(type)) called(stream)
  return ''
}
