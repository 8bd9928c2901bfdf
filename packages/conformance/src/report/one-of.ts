import type { Answer } from '../harness/try-law.ts'

/** The answer of several rounds: a law that is not kept each time is not kept. */
export function oneOf(answers: readonly Answer[]): Answer {
  const [first] = answers
  if (!first) throw new Error('unable to sum the answers; there is none')
  const worst = answers.find(({ answer }) => answer === 'no') ?? answers.find(({ answer }) => answer === 'by design') ?? first
  const times = answers.filter(({ answer }) => answer === worst.answer).length
  if (times === answers.length) return first
  return { answer: worst.answer, reason: `${times} of ${answers.length} times: ${worst.reason}` }
}
