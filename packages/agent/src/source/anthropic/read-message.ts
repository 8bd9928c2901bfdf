import type { Fields } from '../fields.ts'
import { defined, fieldsIn, idIn, isFields, textIn } from '../fields.ts'
import { finishReasonOf } from '../finish-reasons.ts'
import type { ModelStream } from '../model-stream.ts'
import { begin, called, fail, sayGiven, sayText, think } from '../model-stream.ts'
import { readJson } from '../read-json.ts'
import { usageIn } from '../usage.ts'

/** Reads Anthropic's messages. */
export interface MessageReader {
  read(type: string, part: Fields, stream: ModelStream): void
  /** A message of a server that does not stream. */
  readWhole(message: Fields, stream: ModelStream): void
}

/** A block of the message that has begun. */
interface Block {
  readonly type: unknown
  readonly call: string | undefined
  /** Of a text, where in its part it begins. */
  readonly from: number
  readonly citations: Fields[]
  /** Of a call, as it was given with the beginning. */
  readonly input: unknown
  written: string
  signature: string | undefined
}

/** Blocks that hold nothing for readers. */
const silent: ReadonlySet<unknown> = new Set(['compaction', 'fallback', 'mcp_tool_listing', undefined])

export function createMessageReader(): MessageReader {
  const names = new Map<string, string>()
  let block: Block | undefined

  function start(content: Fields, stream: ModelStream): void {
    stop(stream)
    const { type } = content
    const call = typeof type === 'string' && type.endsWith('tool_use') ? idIn(content['id']) : undefined
    const from = type === 'text' && !stream.stepped ? stream.parts.textLength : 0
    const { input, signature } = content
    const citations = [...fieldsIn(content['citations'])]
    block = { type, call, from, citations, input, written: '', signature: textIn(signature) }
    if (type === 'text') return sayText(content['text'], stream, 'content_block')
    if (type === 'thinking') {
      // Also without text: its signature belongs to the next request.
      stream.parts.start('reasoning', {}, false)
      return think(stream, textIn(content['thinking']) ?? '')
    }
    if (type === 'redacted_thinking') {
      stream.reasoning = true
      return stream.parts.custom({ kind: 'anthropic.redacted_thinking' }, content['data'])
    }
    if (typeof type === 'string' && /tool_(?:use|result)$/.test(type)) {
      called(stream)
      if (type.endsWith('tool_use')) return call === undefined ? undefined : startCall(type, call, content, stream)
      return readResult(type.replace(/_?tool_result$/, ''), content, stream)
    }
    if (type === 'container_upload') return stream.parts.custom({ kind: 'anthropic.container_upload' }, content['file_id'])
    if (!silent.has(type)) stream.unknown(`content holds a block of type ${JSON.stringify(type)}`)
  }

  function startCall(type: string, id: string, { name: given, server_name: server }: Fields, stream: ModelStream): void {
    const name = textIn(given)
    if (name === undefined) return
    names.set(id, name)
    if (type === 'tool_use') return stream.parts.call(id, { name })
    // An MCP server's tools are known to nobody before.
    const provider =
      type === 'mcp_tool_use' ? { anthropic: defined({ type: 'mcp-tool-use', serverName: textIn(server) }) } : undefined
    stream.parts.call(id, { name, providerExecuted: true, ...(provider && { dynamic: true, provider }) })
  }

  function readResult(tool: string, result: Fields, stream: ModelStream): void {
    const id = idIn(result['tool_use_id'])
    if (id === undefined) return
    const { content, is_error: isError } = result
    const { parts } = stream
    if (!parts.hasCall(id)) parts.call(id, { name: names.get(id) ?? (tool || 'tool'), providerExecuted: true })
    const says = isFields(content) && typeof content['type'] === 'string' && content['type'].endsWith('_error')
    if (isError === true) return parts.fault(id, content)
    if (says) return parts.fault(id, content['error_code'])
    parts.output(id, content)
    for (const { type, url, title } of fieldsIn(content)) {
      const address = type === 'web_search_result' ? textIn(url) : undefined
      if (address !== undefined) parts.source(defined({ url: address, title: textIn(title) }))
    }
  }

  function stop(stream: ModelStream): void {
    if (!block) return
    const { type, call, input, written, signature } = block
    const { parts } = stream
    if (type === 'text') cite(block, stream)
    if (type === 'thinking') parts.end('reasoning', signature === undefined ? {} : { provider: { anthropic: { signature } } })
    if (call !== undefined && parts.hasCall(call)) {
      const given = written === '' && input !== undefined ? { input } : undefined
      if (written === '' || readJson(written)) parts.inputDone(call, given)
      else parts.inputFailed(call, new SyntaxError('the input is no JSON'))
    }
    block = undefined
  }

  function cite({ citations, from }: Block, { parts }: ModelStream): void {
    for (const citation of citations) {
      const source = readSource(citation, parts)
      if (source === undefined) continue
      const place = parts.textLength > from ? { start: from, end: parts.textLength } : {}
      parts.cite(defined({ source, quote: textIn(citation['cited_text']), ...place }))
    }
  }

  function readDelta(delta: Fields, stream: ModelStream): void {
    switch (delta['type']) {
      case 'text_delta':
        return sayGiven(delta['text'], stream, 'text_delta')
      case 'thinking_delta':
        return think(stream, textIn(delta['thinking']) ?? '')
      case 'signature_delta':
        if (block) block.signature = (block.signature ?? '') + (textIn(delta['signature']) ?? '')
        return
      case 'input_json_delta': {
        const json = textIn(delta['partial_json'])
        if (!block || json === undefined) return
        block.written += json
        if (block.call !== undefined) stream.parts.input(block.call, json)
        return
      }
      case 'citations_delta':
        if (block && isFields(delta['citation'])) block.citations.push(delta['citation'])
        return
      default:
        return
    }
  }

  function end(reason: unknown, stream: ModelStream): void {
    const finish = finishReasonOf(reason)
    if (!finish) return
    // A call that was cut at a limit has not got its input.
    if (finish === 'length' && block?.call !== undefined && !readJson(block.written)) block = undefined
    stop(stream)
    stream.ended = true
    stream.finish = finish
    if (finish === 'error') fail(stream, undefined, 'the model ended with an error')
  }

  return {
    read(type, part, stream) {
      switch (type) {
        case 'message_start':
          stop(stream)
          begin(stream, 'Anthropic')
          return account(part['message'], stream)
        case 'content_block_start':
          return isFields(part['content_block']) ? start(part['content_block'], stream) : undefined
        case 'content_block_delta':
          return isFields(part['delta']) ? readDelta(part['delta'], stream) : undefined
        case 'content_block_stop':
          // A call that was cut at a limit is known only by the end that comes.
          return block?.call !== undefined && !readJson(block.written) ? undefined : stop(stream)
        case 'message_delta':
          account(part, stream)
          return isFields(part['delta']) ? end(part['delta']['stop_reason'], stream) : undefined
        case 'message_stop':
          stop(stream)
          stream.ended = true
          return
        default:
          return
      }
    },
    readWhole(message, stream) {
      begin(stream, 'Anthropic')
      account(message, stream)
      const { content, stop_reason: reason } = message
      if (!Array.isArray(content)) sayText(content, stream, 'content')
      else {
        for (const each of content) {
          if (isFields(each)) start(each, stream)
          else sayText(each, stream, 'content')
        }
      }
      stop(stream)
      stream.ended = true
      stream.finish = finishReasonOf(reason)
    },
  }
}

function account(message: unknown, stream: ModelStream): void {
  if (!isFields(message)) return
  stream.model = textIn(message['model']) ?? stream.model
  stream.usage = { ...stream.usage, ...usageIn(message['usage']) }
}

/** The source that a citation names; undefined where it names none. */
function readSource(citation: Fields, parts: ModelStream['parts']): string | undefined {
  const { url, source, title, document_title: document, document_index: index, file_id: file } = citation
  const address = textIn(url) ?? (/^https?:/.test(String(source)) ? textIn(source) : undefined)
  if (address !== undefined) return parts.source(defined({ url: address, title: textIn(title) }))
  const name =
    textIn(document) ?? textIn(title) ?? textIn(source) ?? (index === undefined ? undefined : `Document ${Number(index) + 1}`)
  if (name === undefined) return undefined
  const provider = { anthropic: defined({ documentIndex: index, fileId: textIn(file) }) }
  return parts.source({ mediaType: 'text/plain', title: name, provider })
}
