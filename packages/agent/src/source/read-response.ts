import { finishReasonOf } from './finish-reasons.ts'
import type { Fields, ModelStream } from './model-stream.ts'
import { begin, beginStep, called, fail, isFields, readGiven, readRefusal, readText, writeBlock } from './model-stream.ts'

/** OpenAI's Responses. Each of its messages is an item of its own, between which tools may have run. */
export function readResponse(type: string, part: Fields, stream: ModelStream): string {
  const taken = type === 'response.queued' || type === 'response.in_progress'
  // A stream that is taken up again is not created. One that a product has picked its texts out of may lack its end.
  if (type === 'response.created' || (taken && stream.begun === undefined)) begin(stream, 'OpenAI')
  if (type.startsWith('response.reasoning')) stream.reasoning = true
  switch (type) {
    case 'response.output_text.delta':
    case 'response.refusal.delta':
      enterItem(part, stream)
      return type === 'response.refusal.delta' ? readRefusal(part['delta'], stream) : readGiven(part['delta'], stream, type)
    case 'response.output_text.done':
    case 'response.refusal.done':
      // The whole once more, or all there is where no delta came before.
      if (stream.given.has(nameOf(part))) return ''
      enterItem(part, stream)
      return type === 'response.refusal.done' ? readRefusal(part['refusal'], stream) : readText(part['text'], stream, type)
    case 'response.output_item.added':
      return isFields(part['item']) ? readItem(part['item'], stream) : ''
    case 'response.completed':
    case 'response.incomplete':
    case 'response.failed':
    case 'response.cancelled':
    case 'response.done':
      return readEnd(type.slice('response.'.length), part['response'], stream)
    default:
      return ''
  }
}

function enterItem(part: Fields, stream: ModelStream): void {
  const item = part['item_id'] ?? part['output_index']
  if (stream.block !== undefined && item !== stream.block) beginStep(stream)
  writeBlock(stream, item)
  stream.given.add(nameOf(part))
}

/** Names one text of one item. */
function nameOf({ output_index: index, item_id: item = index, content_index: content = 0 }: Fields): string {
  return JSON.stringify([item, content])
}

/** A response as a whole, as `stream: false` gives it. */
export function readWhole(response: Fields, stream: ModelStream): string {
  begin(stream, 'OpenAI')
  return readEnd('completed', response, stream)
}

/** The end repeats all that the response held, and is all there is of it where nothing came before. */
function readEnd(as: string, response: unknown, stream: ModelStream): string {
  const output = isFields(response) && !stream.spoken ? response['output'] : undefined
  const items = Array.isArray(output) ? output.filter(isFields) : []
  const text = items.map((item) =>
    item['type'] === 'message' ? readText(item['content'], stream, 'output') : readItem(item, stream),
  )
  endResponse(as, response, stream)
  return text.filter((each) => each !== '').join('\n\n')
}

function readItem({ type }: Fields, stream: ModelStream): '' {
  if (type === 'reasoning') stream.reasoning = true
  else if (typeof type === 'string' && /_call$|_request$/.test(type)) called(stream)
  // Of its tools the service runs all but these.
  if (type === 'function_call' || type === 'custom_tool_call' || type === 'mcp_approval_request') stream.finish = 'tool-calls'
  return ''
}

function endResponse(as: string, response: unknown, stream: ModelStream): void {
  const { status = as, error, incomplete_details: details } = isFields(response) ? response : {}
  stream.ended = true
  if (status === 'failed' || status === 'cancelled')
    return fail(stream, error, `the response ${status === 'failed' ? 'failed' : 'was cancelled'}`)
  const reason = isFields(details) ? finishReasonOf(details['reason']) : undefined
  if (status === 'incomplete' || reason) stream.finish = reason ?? 'other'
  else stream.finish ??= 'stop'
}
