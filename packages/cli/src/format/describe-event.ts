import type { Conversation, ConversationEvent, WireEvent } from '@streamfold/core'
import { describeVersion } from '@streamfold/core/log'
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

/** Describes an event. @param before the conversation before the event @param after after it @returns undefined for a tick */
export function describeEvent(event: ConversationEvent, before: Conversation, after: Conversation): Description | undefined {
  switch (event.type) {
    case 'created':
      return { kind: 'create', format: 'green', serial: event.serial, detail: said(event, before, after) }
    case 'appended':
      return { kind: 'append', format: 'plain', serial: event.serial, ...signed('+', event, before, after) }
    case 'replaced':
      return { kind: 'update', format: 'yellow', serial: event.serial, ...signed('=', event, before, after) }
    case 'deleted':
      return { kind: 'delete', format: 'red', serial: event.serial, detail: '' }
    case 'snapshot':
      return {
        kind: event.source,
        format: 'blue',
        serial: event.serial,
        detail: event.deleted ? 'deleted' : said(event, before, after),
      }
    case 'cancel':
      return { kind: 'cancel', format: 'magenta', serial: event.target, detail: `asked by ${event.clientId ?? 'somebody'}` }
    case 'answer':
      return {
        kind: 'answer',
        format: 'magenta',
        serial: event.target,
        detail: `${event.clientId ?? 'somebody'}: ${event.withdrawn ? 'withdrawn' : event.kind} ${event.call}`,
      }
    case 'versions-read':
      return { kind: 'history', format: 'blue', serial: event.serial, detail: 'its older versions' }
    case 'answer-sent':
      return { kind: 'answer', format: 'green', serial: event.target, detail: `sent: ${event.kind} ${event.call}` }
    case 'answer-failed':
      return { kind: 'answer', format: 'red', detail: `failed, ${event.error}` }
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
      return {
        kind: 'send',
        format: 'green',
        detail: `${event.clientId ?? 'user'}: ${clauses(event.text, ...(event.files ?? []).map(({ name, url }) => `file ${name ?? url}`))}`,
      }
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

function said(event: WireEvent, before: Conversation, after: Conversation): string {
  const described = describeVersion(before, event, after)
  return `${event.clientId ?? event.role}: ${described ? (described.text ?? described.words.join(', ')) : event.text}`
}

/** The text, of which the end is the news; or what a version with parts changed, in words. */
function signed(sign: string, event: WireEvent, before: Conversation, after: Conversation): Pick<Description, 'detail' | 'keep'> {
  const described = describeVersion(before, event, after)
  if (described && (described.text === undefined || event.type !== 'appended'))
    return { detail: `${sign} ${described.words.join(', ')}` }
  return { detail: `${sign} ${described?.text ?? event.text}`, keep: 'end' }
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
