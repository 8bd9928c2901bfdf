import { readAnnotation } from './read-annotation.ts'
import type { Fields } from '../fields.ts'
import { fieldsIn, isFields, textIn } from '../fields.ts'
import { finishReasonOf } from '../finish-reasons.ts'
import type { ModelStream } from '../model-stream.ts'
import { begin, enterBlock, fail, sayGiven, sayRefusal, sayText, separate, think } from '../model-stream.ts'
import type { ItemReader } from './read-response-item.ts'
import { createItemReader } from './read-response-item.ts'
import { usageIn } from '../usage.ts'

/** Reads OpenAI's Responses. Each of its messages is an item of its own, between which tools may have run. */
export interface ResponseReader {
  read(type: string, part: Fields, stream: ModelStream): void
  /** A response as a whole, as `stream: false` gives it. */
  readWhole(response: Fields, stream: ModelStream): void
}

export function createResponseReader(): ResponseReader {
  /** Names of texts, of reasoning and of annotations that have come in part or whole. */
  const given = new Set<string>()
  /** Names the text or the reasoning that the last delta was of. */
  let last: string | undefined
  let items: ItemReader = createItemReader()

  function start(stream: ModelStream): void {
    begin(stream, 'OpenAI')
    given.clear()
    last = undefined
    items = createItemReader()
  }

  /** Enters a text: those of one item go together, and yet are parts of their own. */
  function enterText(part: Fields, stream: ModelStream): void {
    const item = part['item_id'] ?? part['output_index']
    const name = nameOf(part)
    if (stream.block !== undefined && item !== stream.block) separate(stream)
    enterBlock(stream, item)
    const isOther = last !== undefined && last !== name && !stream.stepped
    if (isOther && stream.parts.textLength > 0) stream.parts.start('text', {}, false)
    last = name
    given.add(name)
  }

  function enterReasoning(kind: string, part: Fields, stream: ModelStream): void {
    const name = kind + nameOf(part)
    const { item_id: item } = part
    if (last !== name) {
      stream.parts.end('reasoning', {})
      stream.parts.start('reasoning', typeof item === 'string' ? { provider: { openai: { itemId: item } } } : {}, false)
    }
    last = name
    given.add(name)
    given.add(`reasoning ${itemOf(part)}`)
  }

  function readDone(item: Fields, part: Fields, stream: ModelStream): void {
    const { type } = item
    const named = { output_index: part['output_index'], item_id: item['id'] }
    if (type === 'reasoning') return endReasoning(item, named, stream)
    if (type !== 'message') return items.read(item, true, stream)
    const cited = fieldsIn(item['content']).flatMap(({ annotations }) => fieldsIn(annotations))
    if (!given.has(`annotation ${itemOf(named)}`) && stream.parts.textLength > 0)
      for (const annotation of cited) readAnnotation(annotation, stream.parts)
    if (cited.length > 0) given.add(`annotation ${itemOf(named)}`)
  }

  /** Reasoning that comes whole, and what its provider wants to have back. */
  function endReasoning(item: Fields, named: Fields, stream: ModelStream): void {
    stream.reasoning = true
    const { id, encrypted_content: encrypted } = item
    const isKnown = given.has(`reasoning ${itemOf(named)}`)
    const texts = isKnown ? [] : [...fieldsIn(item['summary']), ...fieldsIn(item['content'])]
    const provider = typeof id === 'string' ? { openai: { itemId: id } } : undefined
    for (const { text } of texts) {
      stream.parts.start('reasoning', { provider }, false)
      think(stream, textIn(text) ?? '')
    }
    given.add(`reasoning ${itemOf(named)}`)
    if (typeof encrypted !== 'string') return stream.parts.end('reasoning', {})
    // Also without a summary: it belongs to the next request.
    if (!isKnown && texts.length === 0) stream.parts.start('reasoning', { provider }, false)
    stream.parts.end('reasoning', { provider: { openai: { ...provider?.openai, reasoningEncryptedContent: encrypted } } })
  }

  /** The end repeats all that the response held, and is all there is of it where nothing came before. */
  function readEnd(as: string, response: unknown, stream: ModelStream): void {
    const output = isFields(response) ? fieldsIn(response['output']) : []
    const spoken = stream.spoken
    for (const [index, item] of output.entries()) {
      const named = { output_index: index, item_id: item['id'] }
      if (item['type'] !== 'message') {
        if (item['type'] !== 'reasoning' || !spoken) readDone(item, named, stream)
      } else if (!spoken) readMessage(item, named, stream)
    }
    endResponse(as, response, stream)
  }

  function readMessage(item: Fields, named: Fields, stream: ModelStream): void {
    const { content } = item
    if (!Array.isArray(content)) return sayText(content, stream, 'output')
    for (const [index, each] of content.entries()) {
      enterText({ ...named, content_index: index }, stream)
      sayText(each, stream, 'output')
      for (const annotation of fieldsIn(isFields(each) ? each['annotations'] : undefined))
        readAnnotation(annotation, stream.parts)
    }
  }

  return {
    read(type, part, stream) {
      const taken = type === 'response.queued' || type === 'response.in_progress'
      // A stream that is taken up again is not created. One that a product has picked its texts out of may lack its end.
      if (type === 'response.created' || (taken && stream.begun === undefined)) start(stream)
      if (type.startsWith('response.reasoning')) stream.reasoning = true
      const kind = type.slice('response.'.length)
      switch (kind) {
        case 'output_text.delta':
          enterText(part, stream)
          return sayGiven(part['delta'], stream, type)
        case 'refusal.delta':
          enterText(part, stream)
          return sayRefusal(part['delta'], stream)
        case 'output_text.done':
        case 'refusal.done':
          // The whole once more, or all there is where no delta came before.
          if (given.has(nameOf(part))) return
          enterText(part, stream)
          return kind === 'refusal.done' ? sayRefusal(part['refusal'], stream) : sayText(part['text'], stream, type)
        case 'output_text.annotation.added':
          given.add(`annotation ${itemOf(part)}`)
          return isFields(part['annotation']) ? readAnnotation(part['annotation'], stream.parts) : undefined
        case 'reasoning_summary_text.delta':
        case 'reasoning_text.delta':
          enterReasoning(kind.slice(0, -'.delta'.length), part, stream)
          return think(stream, textIn(part['delta']) ?? '')
        case 'reasoning_summary_text.done':
        case 'reasoning_text.done': {
          const field = kind.slice(0, -'.done'.length)
          if (given.has(field + nameOf(part))) return
          enterReasoning(field, part, stream)
          return think(stream, textIn(part['text']) ?? '')
        }
        case 'output_item.added':
          return isFields(part['item']) ? beginItem(part['item'], stream) : undefined
        case 'output_item.done':
          return isFields(part['item']) ? readDone(part['item'], part, stream) : undefined
        case 'completed':
        case 'incomplete':
        case 'failed':
        case 'cancelled':
        case 'done':
          return readEnd(kind, part['response'], stream)
        default:
          return items.readEvent(kind, part, stream)
      }
    },
    readWhole(response, stream) {
      start(stream)
      readEnd('completed', response, stream)
    },
  }

  function beginItem(item: Fields, stream: ModelStream): void {
    if (item['type'] === 'reasoning') stream.reasoning = true
    else items.read(item, false, stream)
  }
}

function itemOf({ output_index: index, item_id: item }: Fields): string {
  return String(item ?? index)
}

/** Names one text of one item. */
function nameOf(part: Fields): string {
  const { content_index: content, summary_index: summary } = part
  return JSON.stringify([part['item_id'] ?? part['output_index'], content ?? summary ?? 0])
}

function endResponse(as: string, response: unknown, stream: ModelStream): void {
  const { status = as, error, incomplete_details: details, usage, model } = isFields(response) ? response : {}
  stream.ended = true
  stream.usage = usageIn(usage)
  stream.model = textIn(model) ?? stream.model
  if (status === 'failed' || status === 'cancelled')
    return fail(stream, error, `the response ${status === 'failed' ? 'failed' : 'was cancelled'}`)
  const reason = isFields(details) ? finishReasonOf(details['reason']) : undefined
  if (status === 'incomplete' || reason) stream.finish = reason ?? 'other'
  else stream.finish ??= 'stop'
}
