import type { Message } from '@streamfold/core'

/** The calls of a message, for the screen of a driver: `c1 approval-responded by ann, c2 approval-requested`. */
export function callsOf({ parts }: Pick<Message, 'parts'>): string {
  const calls = parts.flatMap((part) => {
    if (!('toolCallId' in part)) return []
    const { by, pending, late = [] } = part.approval ?? part.wanted ?? {}
    const notes = [by && `by ${by}`, pending && 'pending', ...late.map((answer) => `late ${answer.by}`)]
    return [part.toolCallId, part.state, ...notes].filter(Boolean).join(' ')
  })
  return calls.join(', ')
}
