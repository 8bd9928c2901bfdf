import { readTraceparent } from '@streamfold/core/transport'
import type { AnswerObserver } from '../../observe/observer.ts'
import type { AnswerContext } from './answer-context.ts'
import type { Assignment } from '../prompt/assignment.ts'
import { isUnfinished } from '../prompt/assignment.ts'

/** The observer of one answer; undefined if nothing follows it. */
export function observerOf(
  { prompt, broken, goesOn }: Assignment,
  { options: { channel, observe }, clock, report }: AnswerContext,
): AnswerObserver | undefined {
  const last = broken.at(-1)
  const waits = last?.status === 'waiting'
  try {
    return observe?.answer({
      channelName: channel.name,
      agent: channel.clientId,
      prompt,
      traceparent: readTraceparent(prompt.headers['traceparent']),
      kind: goesOn ? 'continued' : last ? 'again' : 'new',
      takesOver: last !== undefined && !waits && isUnfinished(last),
      waited: goesOn && waits ? Math.max(0, clock.now() - last.updatedAt) : undefined,
    })
  } catch (error) {
    report(error)
    return undefined
  }
}
