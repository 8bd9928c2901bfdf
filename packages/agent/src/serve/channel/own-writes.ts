import type { ConversationEvent, MessageRecord } from '@streamfold/core'
import { normalise } from '@streamfold/core'
import type { AgentChannel, Draft, ResponseWriter } from '@streamfold/core/transport'
import type { Clock } from '../../clock.ts'
import { forwardWriter } from '../../publish/write/forward-writer.ts'

/** What the service has acknowledged of this agent's own writes: a connection without echo does not deliver them. */
export interface OwnWrites {
  readonly writer: ResponseWriter
  /** The messages under way, as far as they were acknowledged since the last call. */
  take(): readonly ConversationEvent[]
}

export interface OwnWritesOptions {
  readonly channel: AgentChannel
  readonly clock: Clock
  /** A message as the conversation has it. */
  readonly known: (serial: string) => MessageRecord | undefined
  /** Called with the last version of a message that has ended. */
  readonly onEnded: (event: ConversationEvent) => void
  /** Called when the acknowledgements do not say what the service holds: only history does. */
  readonly onUnknown: () => void
}

interface Written {
  /** Text that operations have carried. */
  text: string
  /** Operations so far: each has a number. */
  calls: number
  unanswered: number
  /** Numbers of the newest rejected operation and of the newest accepted update: the text is unknown while the first is greater. */
  rejected: number
  updated: number
  ended: boolean
  /** The newest version that was acknowledged. */
  latest:
    | { readonly call: number; readonly version: string; readonly text: string; readonly headers: Draft['headers'] }
    | undefined
}

export function createOwnWrites({ channel, clock, known, onEnded, onUnknown }: OwnWritesOptions): OwnWrites {
  const { clientId, writer } = channel
  /** Messages under way, by serial. */
  const open = new Map<string, Written>()

  function written(serial: string): Written {
    const underWay = open.get(serial)
    if (underWay) return underWay
    const made = {
      text: known(serial)?.text ?? '',
      calls: 0,
      unanswered: 0,
      rejected: 0,
      updated: 0,
      ended: false,
      latest: undefined,
    }
    open.set(serial, made)
    return made
  }

  type Answer = Promise<{ readonly version: string | null }>

  async function note(serial: string, draft: Draft, update: boolean, operation: () => Answer): Answer {
    const message = written(serial)
    const call = ++message.calls
    const text = (message.text = update ? draft.text : message.text + draft.text)
    message.ended = draft.headers['status'] !== 'streaming'
    message.unanswered++
    try {
      const answer = await operation()
      if (update) message.updated = Math.max(message.updated, call)
      if (answer.version !== null && call > (message.latest?.call ?? 0))
        message.latest = { call, version: answer.version, text, headers: draft.headers }
      return answer
    } catch (error) {
      message.rejected = Math.max(message.rejected, call)
      throw error
    } finally {
      if (--message.unanswered === 0 && message.ended) end(serial, message)
    }
  }

  function end(serial: string, message: Written): void {
    open.delete(serial)
    const event = message.latest?.call === message.calls ? eventOf(serial, message) : undefined
    if (event) onEnded(event)
    else onUnknown()
  }

  function eventOf(serial: string, { latest, rejected, updated }: Written): ConversationEvent | undefined {
    if (!latest || rejected > updated) return undefined
    const { version, text, headers } = latest
    const timestamp = clock.now()
    const message = { serial, action: 'message.update', name: 'response', clientId, data: text, timestamp, extras: { headers } }
    const event = normalise({ ...message, version: { serial: version, timestamp } }, { agent: clientId, source: 'local' })
    if (event.type !== 'snapshot' || !event.fields) return event
    // A codec gives the message further fields, which the writer does not show.
    const record = known(serial)
    const { replyTo, parent, placement } = record ?? channel.written?.(serial) ?? event.fields
    return { ...event, createdAt: record?.createdAt ?? event.createdAt, fields: { ...event.fields, replyTo, parent, placement } }
  }

  return {
    writer: forwardWriter(writer, {
      async create(draft) {
        const created = await writer.create(draft)
        // Another author may have made the message under this id. What ends with its create is read when it is needed.
        if (draft.headers['status'] !== 'streaming') onUnknown()
        return created
      },
      append: (serial, draft) => note(serial, draft, false, () => writer.append(serial, draft)),
      update: (serial, draft) => note(serial, draft, true, () => writer.update(serial, draft)),
    }),
    take: () =>
      [...open].flatMap(([serial, message]) => {
        const event = eventOf(serial, message)
        message.latest = undefined
        return event ? [event] : []
      }),
  }
}
