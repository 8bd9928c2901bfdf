import type { FindPassage } from './find-passage.ts'

const signature = '\n\n*I am the demo model: I answer from a text that comes with Streamfold.*'

const admission = `I do not know that. I can only tell you about Streamfold and the pattern behind it, for example:

- What is Ably AI Transport?
- How does message-per-response work?
- What happens when I lose my connection?
- How do I use this with React, or with Vue?
- How do I stop an answer?`

/**
 * The whole answer to a question, in Markdown. `repeat exactly:` gives back what follows it, to the letter and unsigned: a
 * way to try how safely text is rendered.
 *
 * @param received what is said of the files that came with the question. Default: none came
 */
export function composeAnswer(question: string, find: FindPassage, received = ''): string {
  const dictated = dictatedIn(question)
  if (dictated !== undefined) return dictated
  const passage = find(question)
  if (received === '') return signed(passage?.text ?? admission)
  // A question about the file itself finds no more than a greeting.
  return signed(passage && passage.name !== 'hello' ? `${received}\n\n${passage.text}` : received)
}

export function signed(answer: string): string {
  return answer + signature
}

/** What is to be repeated; undefined for any other question. */
export function dictatedIn(question: string): string | undefined {
  return /^\s*repeat exactly:[ \t]?\n?(.+)$/is.exec(question)?.[1]
}
