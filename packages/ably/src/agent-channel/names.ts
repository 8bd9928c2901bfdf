import type { ConversationEvent } from '@streamfold/core'
import type { ResponseWire } from '@streamfold/core/codec'
import type { AgentChannel } from '@streamfold/core/transport'
import { setNewest } from '@streamfold/core/transport'

/** The names of messages in a codec; in Streamfold's own format they are serials. */
export interface Names {
  /** Remembers the name of an event's message, and replaces the target of a cancel or an answer by its serial. */
  readonly note: (event: ConversationEvent) => ConversationEvent
  /** Returns what is remembered of a message. */
  readonly read: ResponseWire['read']
  /** The fields of a response's message. */
  readonly written: NonNullable<AgentChannel['written']>
}

const REMEMBERED = 1_000

export function createNames(): Names {
  /** Responses by the names that agents use. */
  const responses = new Map<string, string>()
  /** Prompts by the names that users chose, with the author: another user's prompt of the same name is another prompt. */
  const prompts = new Map<string, { readonly serial: string; readonly clientId: string | undefined }[]>()
  const written = new Map<string, ReturnType<Names['written']>>()
  const read = new Map<string, Awaited<ReturnType<ResponseWire['read']>>>()

  function serialOf(name: string, clientId: string | undefined): string {
    const named = prompts.get(name) ?? []
    const own = named.find((prompt) => prompt.clientId === clientId)
    return own?.serial ?? responses.get(name) ?? named[0]?.serial ?? name
  }

  return {
    note(event) {
      if (event.type === 'cancel') return { ...event, target: serialOf(event.target, event.clientId) }
      if (event.type === 'answer') return { ...event, target: responses.get(event.target) ?? event.target }
      if (!('role' in event) || !event.headers) return event
      const { serial, headers, clientId, messageId, fields } = event
      if (event.role === 'user') {
        const named = messageId === undefined ? [] : (prompts.get(messageId) ?? [])
        const known = named.some((prompt) => prompt.serial === serial || prompt.clientId === clientId)
        // The oldest one counts, and history is read backwards.
        if (messageId !== undefined && !known)
          setNewest(
            prompts,
            messageId,
            [...named, { serial, clientId }].toSorted((a, b) => (a.serial < b.serial ? -1 : 1)),
            REMEMBERED,
          )
        setNewest(read, serial, { headers, clientId }, REMEMBERED)
      } else if (fields?.placement?.group !== undefined && !fields.placement.mark) {
        // A response is known by its text, whose serial others refer to.
        setNewest(responses, fields.placement.group, serial, REMEMBERED)
        setNewest(written, serial, fields, REMEMBERED)
      }
      return event
    },
    written: (serial) => written.get(serial),
    read: (serial) => Promise.resolve(read.get(serial)),
  }
}
