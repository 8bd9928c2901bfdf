import type { Fields } from '../fields.ts'
import { defined, fieldsIn, idIn, isFields, numberIn, providerIn, textIn } from '../fields.ts'
import { finishReasonOf } from '../finish-reasons.ts'
import type { ModelStream } from '../model-stream.ts'
import { beginStep, enterBlock, fail, say, sayGiven, separate, settleUsage, think } from '../model-stream.ts'
import { readSdkFile } from './read-sdk-file.ts'
import { readSdkTool } from './read-sdk-tool.ts'
import { usageIn } from '../usage.ts'

/** What is known to hold nothing for readers. */
const silent = /^(?:(?:text|source|message|step|stream|response|model-call|steering)-.*|source|start|raw|ping|keepalive)$/

/** Parts of the AI SDK: of `stream` and `fullStream`, of `toUIMessageStream`, of a provider itself. */
export function readSdkPart(type: string, part: Fields, stream: ModelStream): void {
  const { parts } = stream
  const id = idIn(part['id'])
  const provider = providerIn(part['providerMetadata'])
  readMetadata(part, stream)
  switch (type) {
    case 'text':
    case 'text-delta':
      enterBlock(stream, part['id'])
      return sayGiven(part['text'] ?? part['delta'] ?? part['textDelta'], stream, type, (to, text) => {
        // A provider's metadata may come with an empty delta.
        if (text === '') parts.text(text, { id, provider }, false)
        say(to, text, { id, provider })
      })
    case 'text-start':
      startText(part, stream)
      if (id !== undefined) parts.start('text', { id, provider }, stream.stepped)
      if (id !== undefined) stream.stepped = false
      return
    case 'text-end':
      stream.block = undefined
      readCitations(part['citations'], stream)
      return parts.end('text', { id, provider })
    case 'reasoning-start':
      stream.reasoning = true
      return parts.start('reasoning', { id, provider }, false)
    case 'reasoning': // of AI SDK 4
    case 'reasoning-delta':
      return sayGiven(part['text'] ?? part['delta'] ?? part['textDelta'], stream, type, (to, text) =>
        think(to, text, { id, provider }),
      )
    case 'reasoning-end':
      return parts.end('reasoning', { id, provider })
    case 'stream-start':
      stream.isProviders = true
      return
    case 'source':
    case 'source-url':
    case 'source-document':
      readSource(part, stream)
      return
    case 'file':
    case 'reasoning-file':
      return readSdkFile(type, part, stream)
    case 'custom': {
      const kind = textIn(part['kind'])
      return kind === undefined ? undefined : parts.custom({ kind, ...(provider && { provider }) })
    }
    case 'start-step':
    case 'step-start':
      stream.running.clear()
      stream.requests++
      return beginStep(stream)
    case 'reset-step':
      return stream.unknown('a step was reset, and what it had given stays')
    case 'finish-step':
      // A call that has no result by then waits for a person, or a page.
      stream.running.clear()
      stream.usage = usageIn(part['usage'])
      return settleUsage(stream)
    case 'finish':
      return finish(part, stream)
    case 'abort':
      return fail(stream, new DOMException('the model was stopped', 'AbortError'))
    default:
      if (type.startsWith('reasoning')) stream.reasoning = true
      else if (type.startsWith('tool-')) readSdkTool(type, part, stream)
      else if (type.startsWith('data-')) readData(type.slice('data-'.length), part, stream)
      else if (!silent.test(type)) stream.unknown(`parts are of type ${JSON.stringify(type)}`)
  }
}

function readMetadata(part: Fields, stream: ModelStream): void {
  const { messageMetadata, response, modelId } = part
  if (isFields(messageMetadata)) stream.parts.meta(messageMetadata)
  stream.model = textIn(isFields(response) ? response['modelId'] : modelId) ?? stream.model
}

/** A block of text is of a step of its own only where it is another message of OpenAI's Responses. */
function startText({ providerMetadata }: Fields, stream: ModelStream): void {
  stream.block = undefined
  const { openai, azure } = isFields(providerMetadata) ? providerMetadata : {}
  const item = [openai, azure].find(isFields)?.['itemId']
  if (item !== undefined && stream.item !== undefined && item !== stream.item) separate(stream)
  stream.item = item
}

/** @returns the id of the source; undefined where it says nothing */
function readSource(part: Fields, stream: ModelStream): string | undefined {
  const id = idIn(part['sourceId'] ?? part['id'])
  const url = textIn(part['url'])
  const title = textIn(part['title'])
  const filename = textIn(part['filename'])
  const provider = providerIn(part['providerMetadata'])
  if (url !== undefined) return stream.parts.source(defined({ url, title, provider }), id)
  const mediaType = textIn(part['mediaType'])
  const name = title ?? filename
  if (mediaType === undefined || name === undefined) return undefined
  return stream.parts.source(defined({ mediaType, title: name, filename, provider }), id)
}

function readCitations(citations: unknown, stream: ModelStream): void {
  for (const { source, citedText, startIndex, endIndex } of fieldsIn(citations)) {
    const id = isFields(source) ? readSource(source, stream) : undefined
    if (id === undefined) continue
    const place = { start: numberIn(startIndex), end: numberIn(endIndex) }
    stream.parts.cite(defined({ source: id, quote: textIn(citedText), ...place }))
  }
}

/** Whole data, as the AI SDK gives it, or with `delta` a piece of its JSON text. */
function readData(name: string, { id, data, delta, transient }: Fields, stream: ModelStream): void {
  if (transient === true) return stream.unknown(`data of ${JSON.stringify(name)} is transient, and a message keeps what it holds`)
  if (data === undefined && typeof delta === 'string') return stream.parts.dataDelta(name, idIn(id), delta)
  stream.parts.data(name, idIn(id), data)
}

function finish(part: Fields, stream: ModelStream): void {
  const { finishReason: given, rawFinishReason, totalUsage, usage } = part
  stream.running.clear()
  // A provider's own stream has both in one.
  const { unified: name, raw } = isFields(given) ? given : { unified: given, raw: rawFinishReason }
  const reason = finishReasonOf(name)
  if (name === 'interrupted') fail(stream, undefined, 'the model was interrupted')
  else if (reason === 'error') fail(stream, undefined, 'the model ended with an error')
  // What the AI SDK does not know the provider's word may say; a paused turn is no end, though the AI SDK takes it for a good one.
  const vague = reason === 'other' || raw === 'pause_turn'
  stream.finish = vague ? (finishReasonOf(raw) ?? 'other') : reason
  // The total is the sum of the steps, where they have been counted.
  if (Object.keys(stream.usageBefore).length === 0) stream.usage = usageIn(totalUsage ?? usage)
}
