import type { Outbound } from '../../protocol/codec.ts'
import type { Frame, Head } from '../../protocol/frames.ts'
import { escapeBody, frameHead } from '../../protocol/frames.ts'
import type { JsonObject } from '../../shared/json.ts'
import { isObject, textOf } from '../../shared/json.ts'

type Strings = Readonly<Record<string, string>>

/** A message of a part, as AI Transport's codec for the AI SDK has it. */
interface PartMessage {
  readonly codec: Strings
  readonly data: NonNullable<Outbound['data']>
}

/** A message that grows. */
export interface PartStream {
  readonly codec: Strings
}

/** Where a part writer publishes. The operations reach the service in the order of the calls. */
export interface PartOutlet {
  readonly publish: (message: PartMessage) => void
  readonly begin: (codec: Strings) => PartStream
  readonly append: (stream: PartStream, text: string) => void
  readonly close: (stream: PartStream, status: 'complete' | 'cancelled', codec?: Strings) => void
  /** Replaces the data of a stream that has ended. */
  readonly replace: (stream: PartStream, data: string) => void
}

/** Writes frames as messages of AI Transport. */
export interface PartWriter {
  /** Takes what a frame has more than at the last call. @param isNew whether its head comes with it */
  take(frame: Frame, more: string, isNew: boolean): void
  /** Publishes what is held back because the next frame might have come at once. */
  settle(): void
  /** Ends what is open. @param goesOn whether the response goes on in another message: then calls and results stay open */
  end(status: 'complete' | 'cancelled', goesOn: boolean): void
}

/** What a response that goes on in another message takes along. */
export interface CarriedParts {
  readonly calls: Map<string, Call>
  /** A result of which not all has come. */
  open: Whole | undefined
  metadata: JsonObject
}

export function carryNothing(): CarriedParts {
  return { calls: new Map(), open: undefined, metadata: {} }
}

/** A part whose message comes once it is complete. */
interface Whole {
  readonly is: 'whole'
  readonly head: JsonObject
  text: string
}

interface Growing {
  readonly is: 'text' | 'reasoning'
  readonly id: string | undefined
  readonly stream: PartStream
  isClosed: boolean
}

interface Call {
  readonly is: 'call'
  readonly head: JsonObject
  text: string
  /** Undefined while the input may still come whole. */
  stream: PartStream | undefined
  isClosed: boolean
}

type Target = Whole | Growing | Call

/**
 * What AI Transport has no message for (citations, decisions, steering, a provider's own content) is written as frames in a message of the
 * kind `frames`, which its clients skip.
 *
 * @param first the message that begins the response @param nextId a name for a text
 */
export function createPartWriter(outlet: PartOutlet, first: PartStream, carried: CarriedParts, nextId: () => string): PartWriter {
  const begun: Growing = { is: 'text', id: undefined, stream: first, isClosed: false }
  const { calls } = carried
  const byId = new Map<string, Growing>()
  /** The last text without an id. */
  let unnamed = begun
  /** The part that a body without an id continues. */
  let open: Target | undefined = begun
  let isEmpty = true

  function publish(kind: string, codec: Readonly<Record<string, unknown>>, data: NonNullable<Outbound['data']> = ''): void {
    // Metadata is no part.
    isEmpty &&= kind === 'message-metadata'
    outlet.publish({ codec: { ...stringsOf(codec), kind }, data })
  }

  function publishFrames(head: object, body = ''): void {
    const end = body === '' ? '' : frameHead({ type: 'end' })
    publish('frames', {}, frameHead(head as Head) + escapeBody(body) + end) // A head as it was read.
  }

  function startText(is: 'text' | 'reasoning', head: JsonObject): void {
    closeUnnamed()
    const id = textOf(head['id'])
    const provider = isObject(head['provider']) ? head['provider'] : undefined
    const own = is === 'text' && (id !== undefined || provider) ? { head: JSON.stringify({ type: 'text', id, provider }) } : {}
    const part = begin(is, id, { ...own, ...stringsOf({ providerMetadata: provider }) })
    if (id !== undefined) byId.set(id, part)
    else if (is === 'text') {
      closeText(unnamed)
      unnamed = part
    }
  }

  function begin(is: 'text' | 'reasoning', id: string | undefined, codec: Strings): Growing {
    const part: Growing = { is, id, stream: outlet.begin({ kind: is, id: nextId(), ...codec }), isClosed: false }
    open = part
    isEmpty = false
    return part
  }

  /** Their clients add nothing to a stream that has ended: more of a text is a text of its own, which our readers put behind the first. */
  function continueUnnamed(): void {
    if (unnamed.isClosed) unnamed = begin('text', undefined, { head: JSON.stringify({ type: 'more', kind: 'text' }) })
    open = unnamed
  }

  function closeText(part: Growing, codec: Strings = {}): void {
    if (part.isClosed) return
    part.isClosed = true
    outlet.close(part.stream, 'complete', codec)
  }

  /** A frame that starts another part completes the open one, unless that has an id. */
  function closeUnnamed(): void {
    if (open && (open.is === 'text' || open.is === 'reasoning') && open.id === undefined) closeText(open)
  }

  function startCall(call: Call): PartStream {
    if (call.stream) return call.stream
    call.stream = outlet.begin(callCodec(call.head))
    if (call.text !== '') outlet.append(call.stream, call.text)
    return call.stream
  }

  function endInput(head: JsonObject): void {
    const call = calls.get(textOf(head['id']) ?? '')
    if (!call || call.isClosed) return publishFrames(head)
    call.isClosed = true
    const provider = stringsOf({ providerMetadata: head['provider'] })
    const known = 'input' in head ? { value: head['input'] } : parsed(call.text)
    const error = textOf(head['error'])
    if (error !== undefined) {
      if (call.stream) outlet.close(call.stream, 'cancelled')
      publish('tool-input-error', callCodec(call.head), { errorText: error, input: known?.value ?? call.text })
    } else if (!call.stream && known && isData(known.value))
      publish('tool-input', { ...callCodec(call.head), ...provider }, known.value)
    else {
      const stream = startCall(call)
      const differs = 'input' in head
      if (differs && call.text === '') outlet.append(stream, JSON.stringify(head['input']) ?? '')
      outlet.close(stream, 'complete', provider)
      if (differs && call.text !== '') outlet.replace(stream, JSON.stringify(head['input']) ?? '')
    }
  }

  function publishWhole({ head, text }: Whole): void {
    const id = textOf(head['id']) ?? ''
    const { dynamic, providerExecuted } = calls.get(id)?.head ?? {}
    const of = { toolCallId: id, dynamic, providerExecuted, providerMetadata: head['provider'] }
    switch (head['type']) {
      case 'output':
        return publish(
          'tool-output-available',
          { ...of, preliminary: head['preliminary'] },
          { output: parsed(text)?.value ?? null },
        )
      case 'fault':
        if (head['denied'] === true) return publish('tool-output-denied', { toolCallId: id }, { errorText: text })
        return publish('tool-output-error', of, { errorText: text })
      case 'data': {
        const value = parsed(text)?.value
        return isData(value)
          ? publish(`data-${textOf(head['name']) ?? ''}`, { id: head['id'] }, value)
          : publishFrames(head, text)
      }
      case 'meta': {
        const value = parsed(text)?.value
        if (!isObject(value)) return
        // Their clients show the last metadata only.
        carried.metadata = { ...carried.metadata, ...value }
        return publish('message-metadata', { messageMetadata: carried.metadata })
      }
      default:
        return publishFrames(head, text)
    }
  }

  function completeWhole(): void {
    if (open?.is !== 'whole') return
    const whole = open
    open = undefined
    publishWhole(whole)
  }

  function takeHead(head: JsonObject): void {
    const { type } = head
    const id = textOf(head['id'])
    if (type !== 'more') completeWhole()
    if (type !== 'input' || open?.is !== 'call' || open.head['id'] !== id) settle()
    switch (type) {
      case 'text':
      case 'reasoning':
        return startText(type, head)
      case 'tool': {
        closeUnnamed()
        const call: Call = { is: 'call', head, text: '', stream: undefined, isClosed: false }
        calls.set(id ?? '', call)
        open = call
        return
      }
      case 'input':
        closeUnnamed()
        return endInput(head)
      case 'output':
      case 'fault':
      case 'data':
      case 'custom':
      case 'meta':
        if (type !== 'meta') closeUnnamed()
        open = { is: 'whole', head, text: '' }
        return
      case 'source':
        return head['url'] === undefined
          ? publish('source-document', {
              ...named(head, 'mediaType', 'title', 'filename'),
              sourceId: id,
              providerMetadata: head['provider'],
            })
          : publish(
              'source-url',
              { ...named(head, 'title'), sourceId: id, providerMetadata: head['provider'] },
              textOf(head['url']) ?? '',
            )
      case 'file':
        return publish(
          head['reasoning'] === true ? 'reasoning-file' : 'file',
          { ...named(head, 'mediaType', 'filename'), providerMetadata: head['provider'] },
          textOf(head['url']) ?? '',
        )
      case 'step':
        closeUnnamed()
        // Their clients begin the first step by themselves.
        return isEmpty ? publishFrames(head) : publish('start-step', {})
      case 'ask':
        closeUnnamed()
        publish('tool-approval-request', { toolCallId: id, approvalId: head['approval'] })
        return 'of' in head || 'until' in head || 'reason' in head ? publishFrames(head) : undefined
      case 'more':
        return continueIn(head, id)
      case 'end': {
        const part = id !== undefined ? byId.get(id) : head['kind'] === 'text' ? unnamed : open
        if (!part || (part.is !== 'text' && part.is !== 'reasoning')) return
        closeText(part, stringsOf({ ms: head['ms']?.toString(), providerMetadata: head['provider'] }))
        // The message of a text without a head has no place for metadata.
        if (part === unnamed && 'provider' in head) publishFrames({ type: 'end', kind: 'text', provider: head['provider'] })
        return
      }
      default:
        closeUnnamed()
        return publishFrames(head)
    }
  }

  function continueIn({ kind }: JsonObject, id: string | undefined): void {
    if (kind === 'text' && id === undefined) continueUnnamed()
    else if (kind === 'text' || kind === 'reasoning') {
      const part = id === undefined ? open : byId.get(id)
      // Their clients add nothing to a stream that has ended.
      if (part?.is === kind && !part.isClosed) open = part
      else startText(kind, {})
    } else if (kind === 'tool') open = id === undefined ? open : calls.get(id)
    else if (open?.is !== 'whole') {
      open = carried.open
      carried.open = undefined
    }
  }

  function takeBody(text: string): void {
    if (text === '' || !open) return
    if (open.is === 'whole') open.text += text
    else if (open.is === 'call') {
      if (open.isClosed) return
      open.text += text
      if (open.stream) outlet.append(open.stream, text)
    } else {
      if (open.isClosed) startText(open.is, {})
      isEmpty = false
      outlet.append((open as Growing).stream, text) // A text, also if it was just started.
    }
  }

  function closeTexts(status: 'complete' | 'cancelled'): void {
    for (const part of [...byId.values(), unnamed, open]) {
      if (!part || part.is === 'whole' || part.is === 'call' || part.isClosed) continue
      part.isClosed = true
      outlet.close(part.stream, status)
    }
  }

  function settle(): void {
    if (open?.is === 'call' && !open.isClosed) {
      startCall(open)
      isEmpty = false
    }
  }

  return {
    take({ head }, more, isNew) {
      if (head && isNew) takeHead(head)
      if (!head || bodied.has(head['type'])) takeBody(more)
    },
    settle,
    end(status, goesOn) {
      if (goesOn && open?.is === 'whole') carried.open = open
      else completeWhole()
      settle()
      if (goesOn) return closeTexts(status)
      for (const call of calls.values()) {
        if (call.stream && !call.isClosed) outlet.close(call.stream, 'cancelled')
        call.isClosed = true
      }
      closeTexts(status)
    },
  }
}

/** Heads with a body. What follows another head is part of none. */
const bodied: ReadonlySet<unknown> = new Set('text reasoning tool output fault data custom meta more'.split(' '))

function callCodec(head: JsonObject): Strings {
  const { id, name, dynamic, title, providerExecuted, provider } = head
  return {
    kind: 'tool-input',
    ...stringsOf({ toolCallId: id, toolName: name, dynamic, title, providerExecuted, providerMetadata: provider }),
  }
}

/** Headers: booleans and objects as JSON. */
function stringsOf(fields: Readonly<Record<string, unknown>>): Strings {
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
  )
}

function named(head: JsonObject, ...names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, head[name]]))
}

/** Whether the service takes a value as data: it takes text, lists and objects. */
function isData(value: unknown): value is NonNullable<Outbound['data']> {
  return typeof value === 'string' || (typeof value === 'object' && value !== null)
}

function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}
