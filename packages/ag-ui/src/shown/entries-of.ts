import type { ActivityMessage, ContentPart } from '@ag-ui/core'
import type { Message, MessagePart } from '@streamfold/core'
import { carried } from '../carried.ts'
import { callEntry, isInterrupt } from './call-entry.ts'
import type { ActivityEntry, Entry, ReasoningEntry, TextEntry, WholeEntry } from './entry.ts'

/** The type of the activity that says how a response ended. */
const STATUS = 'streamfold-status'

/** What a path of the conversation is in AG-UI, in its order. Deleted messages are left out, because AG-UI cannot show that something was there. */
export function entriesOf(path: readonly Message[]): readonly Entry[] {
  const calls = new Set<string>()
  return path.flatMap((message) => {
    const entries = entriesOfMessage(message)
    if (!entries.some(({ kind }) => kind === 'call')) return entries
    return entries.map((entry) => (entry.kind === 'call' ? withOwnId(entry, calls) : entry))
  })
}

/** AG-UI finds a call by its id among all messages, and models use an id again. */
function withOwnId(entry: Extract<Entry, { kind: 'call' }>, used: Set<string>): Entry {
  const [call] = entry.message.toolCalls
  const given = call!.id
  let id = given
  for (let n = 0; used.has(id); n++) id = n === 0 ? `${entry.id}/${given}` : `${entry.id}/${n}/${given}`
  used.add(id)
  if (id === given) return entry
  const message = { ...entry.message, toolCalls: [{ ...call!, id }] }
  return { ...entry, message, ...(entry.result && { result: { ...entry.result, toolCallId: id } }) }
}

const made = new WeakMap<Message, readonly Entry[]>()

/** The same entries for the same message. */
function entriesOfMessage(message: Message): readonly Entry[] {
  const known = made.get(message)
  if (known) return known
  const entries = message.status === 'deleted' ? [] : message.role === 'user' ? [promptEntry(message)] : responseEntries(message)
  made.set(message, entries)
  return entries
}

/** The id of a prompt in AG-UI: the message id that its page chose. Any other could be the id of what a response has. */
export function promptId({ key, id }: Pick<Message, 'key' | 'id'>): string {
  return isFreeId(key) ? key : `${id}/prompt`
}

/** Whether a page may choose this id: those of responses have a slash. */
export function isFreeId(id: string): boolean {
  return /^[\w-]+$/.test(id)
}

function promptEntry(message: Message): TextEntry | WholeEntry {
  const { text, parts, clientId } = message
  const id = promptId(message)
  const own = { id, role: 'user' as const, ...(clientId !== undefined && metadata({ clientId })) }
  const files = parts.flatMap(contentOf)
  if (files.length === 0) return { kind: 'text', id, message: { ...own, content: text }, open: false }
  const content: ContentPart[] = text === '' ? files : [{ type: 'text', text }, ...files]
  return { kind: 'whole', id, message: { ...own, content }, open: false }
}

function contentOf(part: MessagePart): ContentPart[] {
  if (part.type !== 'file' || !('url' in part)) return []
  const { mediaType, url, filename, alt } = part
  const [kind] = mediaType.split('/')
  const type = kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'document'
  const about = { ...(filename !== undefined && { filename }), ...(alt !== undefined && { alt }) }
  return [
    {
      type,
      source: { type: 'url', value: url, mimeType: mediaType },
      ...(Object.keys(about).length > 0 && { metadata: about }),
    },
  ]
}

function responseEntries(message: Message): readonly Entry[] {
  const { id, parts } = message
  const entries = parts.flatMap((part, at) => partEntry(part, `${id}/${at}`, message))
  const status = statusEntry(message)
  return status ? [...entries, status] : entries
}

function partEntry(part: MessagePart, id: string, message: Message): readonly Entry[] {
  // An interrupt that concerns no call is asked with the end of a run, and is no message.
  if ('toolCallId' in part) return isInterrupt(part) ? [] : [callEntry(part, id, message)]
  switch (part.type) {
    case 'text': {
      const { text, state, citations } = part
      const about = citations && state === 'done' ? metadata({ citations }) : {}
      return [
        {
          kind: 'text',
          id,
          message: { id, role: 'assistant', content: text, ...about },
          open: state === 'streaming',
        } satisfies TextEntry,
      ]
    }
    case 'reasoning': {
      const { text, state, durationMs } = part
      const about = durationMs !== undefined && state === 'done' ? metadata({ durationMs }) : {}
      return [
        {
          kind: 'reasoning',
          id,
          message: { id, role: 'reasoning', content: text, ...about },
          open: state === 'streaming',
        } satisfies ReasoningEntry,
      ]
    }
    // Steps are events, and prompts that were taken in are messages of their own.
    case 'step-start':
    case 'steering-message':
    case carried.state:
    case carried.stateDelta:
    case carried.custom:
      return []
    case carried.activity: {
      const { activityType, content } = (('data' in part ? part.data : undefined) as Partial<ActivityMessage> | undefined) ?? {} // Checked here.
      return typeof activityType === 'string' && isFields(content) ? [activity(id, activityType, content)] : []
    }
    default: {
      if ('data' in part) {
        const { type, data } = part
        const named = 'id' in part && part.id !== undefined ? { id: part.id } : {}
        const kind = 'kind' in part ? { kind: part.kind } : {}
        return [activity(id, type, { ...named, ...kind, data: data ?? null })]
      }
      const { type, ...content } = part as { readonly type: string } // A source or a file.
      return [activity(id, type, content)]
    }
  }
}

/** What a page should know of a response after a reload, and what AG-UI says with the end of a run only. */
function statusEntry({ id, status, error, finish }: Message): ActivityEntry | undefined {
  const isCut = status === 'complete' && (finish === 'length' || finish === 'content-filter')
  if (status !== 'failed' && status !== 'abandoned' && status !== 'cancelled' && !isCut) return undefined
  return activity(`${id}/status`, STATUS, {
    status,
    ...(error !== undefined && { error }),
    ...(finish !== undefined && { finish }),
  })
}

function activity(id: string, activityType: string, content: Readonly<Record<string, unknown>>): ActivityEntry {
  return { kind: 'activity', id, message: { id, role: 'activity', activityType, content: plain(content) }, open: false }
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** As JSON has it: the client of AG-UI clones what it is given. */
function plain(content: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(content)) as Record<string, unknown> // Written as one.
}

function metadata(streamfold: Readonly<Record<string, unknown>>) {
  return { metadata: { streamfold } }
}
