import type { Conversation, ConversationEvent, WireEvent } from '@streamfold/core'
import type { Format } from '../output.ts'

/** An event as text. */
export interface Description {
  readonly kind: string
  readonly format: Format
  /** Serial of the message it is about. */
  readonly serial?: string | undefined
  readonly detail: string
  /** Which end of a detail is kept if it is too long for the line. */
  readonly keep?: 'start' | 'end'
}

/** Describes an event. @param before the conversation before the event @returns undefined for a tick */
export function describeEvent(event: ConversationEvent, before: Conversation): Description | undefined {
  switch (event.type) {
    case 'created':
      return { kind: 'create', format: 'green', serial: event.serial, detail: said(event) }
    case 'appended':
      return { kind: 'append', format: 'plain', serial: event.serial, detail: `+ ${event.text}`, keep: 'end' }
    case 'replaced':
      return { kind: 'update', format: 'yellow', serial: event.serial, detail: `= ${event.text}`, keep: 'end' }
    case 'deleted':
      return { kind: 'delete', format: 'red', serial: event.serial, detail: '' }
    case 'snapshot':
      return { kind: event.source, format: 'blue', serial: event.serial, detail: event.deleted ? 'deleted' : said(event) }
    case 'cancel':
      return { kind: 'cancel', format: 'magenta', serial: event.target, detail: `asked by ${event.clientId ?? 'somebody'}` }
    case 'ignored':
      return { kind: 'ignored', format: 'gray', detail: event.reason }
    case 'channel':
      return { kind: 'channel', format: 'cyan', detail: clauses(attachment(event, before), event.error) }
    case 'connection':
      return { kind: 'connection', format: 'cyan', detail: clauses(event.state, retry(event.retryIn), event.error) }
    case 'history':
      return {
        kind: 'history',
        format: event.state === 'failed' ? 'red' : 'blue',
        detail: clauses(
          event.state === 'older' ? 'loaded' : event.state,
          event.hasOlder && 'there are older messages',
          event.error,
        ),
      }
    case 'presence':
      return { kind: 'presence', format: 'cyan', detail: `agents: ${event.agents.join(', ') || 'none'}` }
    case 'prompt-sent':
      return { kind: 'send', format: 'green', detail: `${event.clientId ?? 'user'}: ${event.text}` }
    case 'prompt-failed':
      return { kind: 'send', format: 'red', detail: `failed, ${event.error}` }
    case 'prompt-unanswered':
      return { kind: 'prompt', format: 'yellow', serial: event.serial, detail: event.error ?? 'asked again' }
    case 'tick':
      return undefined
    default:
      // A log of a later version may have unknown event types.
      return { kind: (event satisfies never as ConversationEvent).type, format: 'gray', detail: 'not known to this version' }
  }
}

function said({ clientId, role, text }: WireEvent): string {
  return `${clientId ?? role}: ${text}`
}

function attachment({ state, resumed }: Extract<ConversationEvent, { type: 'channel' }>, before: Conversation): string {
  if (state !== 'attached') return state
  if (resumed) return 'attached, nothing was lost'
  return before.context.channel.known ? 'attached again, something may be lost' : 'attached'
}

function retry(ms: number | undefined): string | undefined {
  return ms === undefined ? undefined : `tries again in ${Math.max(1, Math.round(ms / 1_000))} s`
}

function clauses(...parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(', ')
}
