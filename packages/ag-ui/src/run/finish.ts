import type { Event, RunAgentInput, RunFinishedOutcome, TokenUsage } from '@ag-ui/core'
import { EventType } from '@ag-ui/client'
import type { SharedConversation } from '@streamfold/client'
import type { Conversation, Message } from '@streamfold/core'
import type { Entry } from '../shown/entry.ts'
import { askedOfPage } from './interrupts.ts'

/** The event that ends a run. @param response the one that the run has followed; undefined if there is none */
export function finishEvent(
  { threadId, runId }: Pick<RunAgentInput, 'threadId' | 'runId'>,
  response: Message | undefined,
  state: Conversation,
  entries: readonly Entry[],
  conversation: Pick<SharedConversation, 'mayAnswer'>,
): Event {
  const usage = usageOf(response)
  const ending = { threadId, runId, ...(usage && { usage }) }
  switch (response?.status) {
    case 'failed':
      return errorEvent(response.error ?? 'the agent failed', 'agent-failed', usage)
    case 'abandoned':
      return errorEvent('the agent has gone silent: try again', 'agent-silent', usage)
    case 'cancelled':
    case 'deleted':
      return { type: EventType.RUN_FINISHED, ...ending, outcome: { type: 'cancelled' } }
    default:
      return { type: EventType.RUN_FINISHED, ...ending, outcome: outcomeOf(state, entries, conversation) }
  }
}

/** @param message for people, and without anything that only the agent should know */
export function errorEvent(message: string, code: string, usage?: TokenUsage[]): Event {
  return { type: EventType.RUN_ERROR, message, code, ...(usage && { usage }) }
}

/** Also where an earlier response waits: a page is to know of all that it is asked. */
function outcomeOf(
  state: Conversation,
  entries: readonly Entry[],
  conversation: Pick<SharedConversation, 'mayAnswer'>,
): RunFinishedOutcome {
  const { interrupts, pendingToolCallIds } = askedOfPage(state, entries, conversation)
  if (interrupts.length > 0) return { type: 'interrupt', interrupts: [...interrupts] }
  return { type: 'success', ...(pendingToolCallIds.length > 0 && { pendingToolCallIds: [...pendingToolCallIds] }) }
}

const counts = ['inputTokens', 'outputTokens', 'totalTokens', 'reasoningTokens', 'cachedInputTokens'] as const

function usageOf(response: Message | undefined): TokenUsage[] | undefined {
  const { model, usage } = (response?.metadata ?? {}) as Readonly<Record<string, unknown>> // An agent may say anything.
  const given = typeof usage === 'object' && usage !== null ? (usage as Readonly<Record<string, unknown>>) : {} // Read by name.
  const known = counts.flatMap((name) => (Number.isInteger(given[name]) ? [[name, given[name]] as const] : []))
  if (known.length === 0) return undefined
  return [{ ...(typeof model === 'string' && { model }), ...Object.fromEntries(known) }]
}
