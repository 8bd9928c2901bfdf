import type { Answer } from '../protocol/answer.ts'
import type { AnswerFailed, AnswerSent, Answered } from '../protocol/event.ts'
import type { Conversation } from './conversation.ts'
import { inContext } from './conversation.ts'
import { isBy } from './keys.ts'
import { find } from './record-list.ts'

/** Folds answers: those of the channel one for each serial, and this client's own until the channel has them. */
export function foldAnswer(state: Conversation, event: Answered | AnswerSent | AnswerFailed): Conversation {
  const { answers, pendingAnswers } = state.context
  switch (event.type) {
    case 'answer': {
      const { type: _, turned: __, ...given } = event
      // Its author has made another message of it.
      const isOther = !given.withdrawn && find(state.records, given.serial) !== undefined
      const answer = isOther ? { ...given, text: '', withdrawn: true } : given
      const pending = pendingAnswers.filter(({ key, clientId }) => key !== answer.messageId || !isBy(clientId, answer.clientId))
      const next = withAnswer(answers, answer)
      if (next === answers && pending.length === pendingAnswers.length) return state
      return inContext(state, {
        answers: next,
        pendingAnswers: pending.length === pendingAnswers.length ? pendingAnswers : pending,
      })
    }
    case 'answer-sent': {
      const { type: _, ...sent } = event
      // The echo may arrive before the caller's own report.
      const echoed = answers.some(({ messageId, clientId }) => messageId === sent.key && isBy(sent.clientId, clientId))
      if (echoed) return state
      return inContext(state, { pendingAnswers: [...pendingAnswers.filter(({ key }) => key !== sent.key), sent] })
    }
    case 'answer-failed': {
      const left = pendingAnswers.filter(({ key }) => key !== event.key)
      return left.length === pendingAnswers.length ? state : inContext(state, { pendingAnswers: left })
    }
    default:
      return event satisfies never
  }
}

/** Withdraws the answer, if it is one, whose author has made another message of it. */
export function withdrawn(state: Conversation, serial: string): Conversation {
  const { answers } = state.context
  const at = answers.findLastIndex((answer) => answer.serial === serial && !answer.withdrawn)
  return at < 0 ? state : inContext(state, { answers: answers.with(at, { ...answers[at]!, text: '', withdrawn: true }) }) // Just found.
}

/** The answers with one more, in the order of their serials; the same list if it is not news. */
function withAnswer(answers: readonly Answer[], answer: Answer): readonly Answer[] {
  const before = answers.findLastIndex(({ serial }) => serial <= answer.serial)
  const known = answers[before]
  if (known?.serial !== answer.serial) return answers.toSpliced(before + 1, 0, answer)
  if (known.withdrawn) return answers
  // The service's copy of an own answer has the service's time.
  return answer.withdrawn || (known.local && !answer.local) ? answers.with(before, answer) : answers
}
