import type { ConnectionStatus, Conversation, Message, Store } from '@streamfold/core'
import { selectConnectionStatus, selectMessages } from '@streamfold/core'

/** Reports how the page reacts to faults, one sentence each. @returns stops reporting */
export function watchReaction(store: Store, say: (sentence: string) => void): () => void {
  let before = store.getSnapshot()
  return store.subscribe(() => {
    const after = store.getSnapshot()
    for (const sentence of reactions(before, after)) say(sentence)
    before = after
  })
}

/** The report about a change from `before` to `after`. */
function reactions(before: Conversation, after: Conversation): readonly string[] {
  const was = selectConnectionStatus(before)
  const is = selectConnectionStatus(after)
  const said = was === is ? [] : [connectionSentence(is, was)]
  const known = new Map(answers(before).map((message) => [message.id, message]))
  for (const message of answers(after)) {
    const sentence = answerSentence(known.get(message.id), message)
    if (sentence !== undefined) said.push(sentence)
  }
  return said
}

/** Faults concern open responses, so the last few messages are enough. */
function answers(state: Conversation): readonly Message[] {
  return selectMessages(state)
    .slice(-12)
    .filter(({ role }) => role === 'assistant')
}

function connectionSentence(status: ConnectionStatus, before: ConnectionStatus): string {
  switch (status) {
    case 'offline':
      return 'The page is offline. It keeps what it has and tries again by itself.'
    case 'connecting':
      return 'The page is connecting.'
    case 'catching-up':
      return 'The page is back and reads what it missed.'
    case 'live':
      return before === 'catching-up' ? 'All that was missed is here: live again.' : 'The page is live again.'
    case 'disconnected':
      return 'The page has left the conversation.'
    case 'failed':
      return 'The connection failed and does not try again. Press Connect.'
    default:
      return status satisfies never
  }
}

function answerSentence(was: Message | undefined, { continuity, status, text, version, error }: Message): string | undefined {
  if (!was) return undefined
  if (was.continuity !== continuity) {
    return continuity === 'gapped'
      ? 'The answer may miss text, so it waits for its full text, which is being read.'
      : 'The answer is complete again and continues.'
  }
  if (was.version !== version && !text.startsWith(was.text)) return 'The answer was replaced by its mended text.'
  if (was.status === status) return undefined
  if (status === 'stalled') return 'No text has arrived for a while: the answer is stalled.'
  if (status === 'abandoned') return 'The agent is gone: the answer is unfinished.'
  if (status === 'complete') return 'The answer is complete.'
  if (status === 'failed') return `The answer was closed as failed: ${error ?? 'no reason was given'}.`
  if (status === 'streaming') return 'The answer goes on.'
  return undefined
}
