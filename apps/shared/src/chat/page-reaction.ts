import type { ConnectionStatus, Conversation, Message, Store } from '@streamfold/core'
import { selectConnectionStatus, selectMessages } from '@streamfold/core'

/** What the page does about trouble, a sentence each time. @returns the way to stop. */
export function watchReaction(store: Store, say: (sentence: string) => void): () => void {
  let before = store.getSnapshot()
  return store.subscribe(() => {
    const after = store.getSnapshot()
    for (const sentence of reactions(before, after)) say(sentence)
    before = after
  })
}

/** What there is to say when a conversation went from `before` to `after`. */
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

/** Trouble is about what is being written: the last few are enough to look at. */
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
      return 'The connection failed for good. Press Connect.'
    default:
      return status satisfies never
  }
}

function answerSentence(was: Message | undefined, { continuity, status, text, version, error }: Message): string | undefined {
  if (!was) return undefined
  if (was.continuity !== continuity) {
    return continuity === 'gapped'
      ? 'The answer may miss text, so it stands still and its full text is asked for.'
      : 'The answer is whole again and goes on.'
  }
  if (was.version !== version && !text.startsWith(was.text)) return 'The answer was replaced by its mended text.'
  if (was.status === status) return undefined
  if (status === 'stalled') return 'Nothing has come for a while: the answer is said to be stalled.'
  if (status === 'abandoned') return 'The agent is gone: the answer is said to be unfinished.'
  if (status === 'complete') return 'The answer is complete.'
  if (status === 'failed') return `The answer was closed as failed: ${error ?? 'no reason was given'}.`
  if (status === 'streaming') return 'The answer goes on.'
  return undefined
}
