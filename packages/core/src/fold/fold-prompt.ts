import type { Conversation } from './conversation.ts'
import { inContext } from './conversation.ts'
import type { PromptFailed, PromptSent, PromptUnanswered } from '../protocol/event.ts'
import { readFrames } from '../protocol/frames.ts'
import { promptContents } from '../protocol/prompt-file.ts'
import { promptHeaders } from '../protocol/prompt-headers.ts'
import { freeKey, isBy, isSentAs } from './keys.ts'
import type { MessageRecord } from './record.ts'
import { find, list, put } from './record-list.ts'

/** Folds an optimistic prompt: shown at once, matched by its key when the channel has it, and kept with the reason if it fails. */
export function foldPrompt(state: Conversation, event: PromptSent | PromptFailed | PromptUnanswered): Conversation {
  const { pending, now } = state.context
  switch (event.type) {
    case 'prompt-sent': {
      // The echo may arrive before the caller's own report.
      const echoed = ({ key, role, clientId }: MessageRecord) =>
        role === 'user' && key === event.key && isBy(event.clientId, clientId)
      if (list(state.records).some(echoed)) return state
      const known = pending.find((prompt) => isSentAs(prompt, event.key))
      const prompt = optimistic(state, event, known?.key ?? freeKey(state, event.key, ''))
      return inContext(state, { pending: known ? replace(pending, prompt) : [...pending, prompt] })
    }
    case 'prompt-failed': {
      const prompt = pending.find((prompt) => isSentAs(prompt, event.key))
      if (!prompt || prompt.error === event.error) return state
      return inContext(state, { pending: replace(pending, { ...prompt, status: 'failed', error: event.error }) })
    }
    case 'prompt-unanswered': {
      const prompt = find(state.records, event.serial)
      if (!prompt || prompt.role !== 'user' || prompt.error === event.error) return state
      // After another notification the prompt gets its full time again.
      return { records: put(state.records, { ...prompt, error: event.error, lastActivityAt: now }), context: state.context }
    }
    default:
      return event satisfies never
  }
}

function optimistic(state: Conversation, event: PromptSent, key: string): MessageRecord {
  const { data, headers } = promptContents(event.text, event.files)
  const { format } = headers
  const { into, parent, edits, again } = event
  const named = { into, parent, edits, again }
  return {
    id: key,
    key,
    role: 'user',
    text: data,
    format,
    frames: format && readFrames(data),
    status: 'sending',
    continuity: 'contiguous',
    source: 'local',
    replyTo: undefined,
    ...named,
    mayEdit: event.mayEdit,
    clientId: event.clientId,
    error: undefined,
    finish: undefined,
    createdAt: event.at,
    updatedAt: event.at,
    version: '',
    headers: promptHeaders({ ...event, headers }),
    placement: undefined,
    declaredPhase: undefined,
    deliveredVersion: undefined,
    lastActivityAt: state.context.now,
  }
}

function replace(pending: readonly MessageRecord[], prompt: MessageRecord): readonly MessageRecord[] {
  return pending.map((other) => (other.key === prompt.key ? prompt : other))
}
