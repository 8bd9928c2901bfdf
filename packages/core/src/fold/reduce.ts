import type { Conversation } from './conversation.ts'
import { inContext } from './conversation.ts'
import type { ConversationEvent, Ignored } from '../protocol/event.ts'
import { foldAnswer, withdrawn } from './fold-answer.ts'
import { foldChannel, foldConnection, foldHistory } from './fold-channel.ts'
import { recordActivity } from './fold-group.ts'
import { groupNamed } from './groups.ts'
import { foldRefused, foldVersionsRead } from './fold-refused.ts'
import { foldPrompt } from './fold-prompt.ts'
import { foldTick } from './idle-rules.ts'
import { foldTurned } from './fold-turned.ts'
import { foldVersion } from './fold-version.ts'
import type { MessageTypes, MessageTypesOf } from '../protocol/message-types.ts'

/** Folds an event into the next state of a conversation. Pure and total; the same reference when the event changes nothing. */
export function reduce<T extends MessageTypesOf<T> = MessageTypes>(
  state: Conversation<T>,
  event: ConversationEvent,
): Conversation<T> {
  // The fold passes a product's headers and data through unread, so the type parameter is a view only.
  return fold(state as Conversation, event) as Conversation<T>
}

function fold(state: Conversation, event: ConversationEvent): Conversation {
  switch (event.type) {
    case 'created':
    case 'appended':
    case 'replaced':
    case 'deleted':
    case 'snapshot':
      return foldVersion(state, event)
    case 'channel':
      return foldChannel(state, event)
    case 'connection':
      return foldConnection(state, event)
    case 'history':
      return foldHistory(state, event)
    case 'presence':
      return sameMembers(state.context.agents, event.agents) ? state : inContext(state, { agents: event.agents })
    case 'prompt-sent':
    case 'prompt-failed':
    case 'prompt-unanswered':
      return foldPrompt(state, event)
    case 'answer':
      return foldAnswer(event.turned ? foldTurned(state, event.turned) : state, event)
    case 'answer-sent':
    case 'answer-failed':
      return foldAnswer(state, event)
    case 'tick':
      return foldTick(state, event)
    case 'ignored':
      return foldIgnored(state, event)
    case 'versions-read':
      return foldVersionsRead(state, event)
    // A cancel is for the agent; readers see its effect as a version of the response.
    case 'cancel':
      return state
    default:
      event satisfies never
      return state
  }
}

function foldIgnored(state: Conversation, { refused, changed, turned, activityOf }: Ignored): Conversation {
  if (refused) return foldRefused(state, refused)
  if (turned) return withdrawn(foldTurned(state, turned), turned.serial)
  if (changed !== undefined) return withdrawn(state, changed)
  return activityOf === undefined ? state : recordActivity(state, groupNamed(state.records, activityOf))
}

function sameMembers(a: readonly string[] | undefined, b: readonly string[]): boolean {
  return a !== undefined && a.length === b.length && a.every((id, index) => id === b[index])
}
