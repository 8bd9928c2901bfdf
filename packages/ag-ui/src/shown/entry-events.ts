import type { Event, ToolMessage } from '@ag-ui/core'
import { EventType } from '@ag-ui/client'
import type { CallEntry, Entry, ReasoningEntry, TextEntry } from './entry.ts'
import { isSame } from './is-same.ts'

/** A message or a call of which more events may come. */
export interface OpenStream {
  readonly id: string
  readonly kind: 'text' | 'reasoning' | 'call'
  /** The name under which its events go on: of a call that of the call. */
  readonly name: string
}

/** The open streams by the ids of their entries. */
export type OpenStreams = Map<string, OpenStream>

/** Adds an entry behind all others. @returns what a client has made of the events; undefined where no event can add it */
export function addEntry(entry: Entry, open: OpenStreams, events: Event[]): Entry | undefined {
  switch (entry.kind) {
    case 'text':
    case 'reasoning':
      return growText(undefined, entry, open, events)
    case 'call':
      return growCall(undefined, entry, open, events)
    case 'activity':
      return showActivity(entry, events)
    default:
      // No event has contents other than text.
      return undefined
  }
}

/** Changes an entry in its place. @returns what a client has made of the events */
export function changeEntry(before: Entry, entry: Entry, open: OpenStreams, events: Event[]): Entry {
  if (before.kind === 'text' && entry.kind === 'text') return growText(before, entry, open, events)
  if (before.kind === 'reasoning' && entry.kind === 'reasoning') return growText(before, entry, open, events)
  if (before.kind === 'call' && entry.kind === 'call') return growCall(before, entry, open, events)
  if (before.kind === 'activity' && entry.kind === 'activity' && !isSame(before.message, entry.message))
    return showActivity(entry, events)
  return before
}

/** The name under which the events of an entry go on. */
export function streamName(entry: Entry): string {
  return entry.kind === 'call' ? entry.message.toolCalls[0]!.id : entry.id
}

/** The events that end a stream. */
export function endStream({ id, kind, name }: OpenStream, open: OpenStreams, metadata?: Metadata): Event[] {
  open.delete(id)
  const about = metadata ? { metadata } : {}
  switch (kind) {
    case 'text':
      return [{ type: EventType.TEXT_MESSAGE_END, messageId: name, ...about }]
    case 'reasoning':
      return [
        { type: EventType.REASONING_MESSAGE_END, messageId: name, ...about },
        { type: EventType.REASONING_END, messageId: name },
      ]
    default:
      return [{ type: EventType.TOOL_CALL_END, toolCallId: name, ...about }]
  }
}

type Metadata = NonNullable<TextEntry['message']['metadata']>
type Texts = TextEntry | ReasoningEntry

function growText<E extends Texts>(before: E | undefined, entry: E, open: OpenStreams, events: Event[]): Entry {
  const { id, kind, message } = entry
  const had = before?.message
  const content = had?.content ?? ''
  const { content: all }: { readonly content: string } = message
  const delta = all.startsWith(content) ? all.slice(content.length) : ''
  const isTold = isSame(had?.metadata, message.metadata)
  if (had?.role !== undefined && had.role !== message.role) return before!
  // A message that a snapshot showed in full needs no event.
  const isClosing = !entry.open && (open.has(id) || (!isTold && before?.open === true))
  if (!before || ((delta !== '' || isClosing) && !open.has(id))) start(entry, open, events)
  if (delta !== '')
    events.push(
      kind === 'text'
        ? { type: EventType.TEXT_MESSAGE_CONTENT, messageId: id, delta }
        : { type: EventType.REASONING_MESSAGE_CONTENT, messageId: id, delta },
    )
  const stream = open.get(id)
  const closes = !entry.open && stream !== undefined
  if (closes) events.push(...endStream(stream, open, isTold ? undefined : message.metadata))
  const metadata = closes ? { ...had?.metadata, ...message.metadata } : had?.metadata
  const { metadata: _, ...rest } = message
  return {
    ...entry,
    message: { ...rest, content: content + delta, ...(metadata && Object.keys(metadata).length > 0 && { metadata }) },
  } as Entry // Of the same kind.
}

function start({ id, kind, message }: Texts, open: OpenStreams, events: Event[]): void {
  open.set(id, { id, kind, name: id })
  if (kind === 'text')
    events.push({ type: EventType.TEXT_MESSAGE_START, messageId: id, role: message.role as 'assistant' | 'user' })
  else {
    events.push(
      { type: EventType.REASONING_START, messageId: id },
      { type: EventType.REASONING_MESSAGE_START, messageId: id, role: 'reasoning' },
    )
  }
}

function growCall(before: CallEntry | undefined, entry: CallEntry, open: OpenStreams, events: Event[]): CallEntry {
  const { id, message, result } = entry
  const [call] = message.toolCalls
  const had = before?.message.toolCalls[0]
  if (had && (had.id !== call!.id || had.function.name !== call!.function.name)) {
    const stream = open.get(id)
    if (stream) events.push(...endStream(stream, open))
    return before!
  }
  const given = had?.function.arguments ?? ''
  const all = call!.function.arguments
  const delta = all.startsWith(given) ? all.slice(given.length) : ''
  if (!had || (delta !== '' && !open.has(id))) {
    open.set(id, { id, kind: 'call', name: call!.id })
    const { name } = call!.function
    const about = had || !call!.metadata ? {} : { metadata: call!.metadata }
    events.push({ type: EventType.TOOL_CALL_START, toolCallId: call!.id, toolCallName: name, parentMessageId: id, ...about })
  }
  if (delta !== '') events.push({ type: EventType.TOOL_CALL_ARGS, toolCallId: call!.id, delta })
  const stream = open.get(id)
  if (!entry.open && stream) events.push(...endStream(stream, open))
  const reached = { ...(had ?? call!), function: { ...call!.function, arguments: given + delta } }
  const answered = before?.result ?? resultFrom(result, events)
  const { result: _, ...rest } = entry
  return { ...rest, message: { ...message, toolCalls: [reached] }, ...(answered && { result: answered }) }
}

/** An event cannot say that a result is an error: a snapshot behind it does. */
function resultFrom(result: ToolMessage | undefined, events: Event[]): ToolMessage | undefined {
  if (!result) return undefined
  const { id, toolCallId, content } = result
  events.push({ type: EventType.TOOL_CALL_RESULT, messageId: id, toolCallId, content, role: 'tool' })
  return { id, role: 'tool', toolCallId, content }
}

function showActivity(entry: Extract<Entry, { kind: 'activity' }>, events: Event[]): Entry {
  const { id, activityType, content } = entry.message
  events.push({ type: EventType.ACTIVITY_SNAPSHOT, messageId: id, activityType, content, replace: true })
  return entry
}
