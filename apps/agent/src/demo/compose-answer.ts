import type { FindPassage } from './find-passage.ts'

const admission = `I do not know that. I can only tell you about Streamfold and the pattern behind it, for example:

- What is Ably AI Transport?
- How does message-per-response work?
- What happens when I lose my connection?
- How do I use this with React, or with Vue?
- How do I stop an answer?`

/** Begin answers to a question that was answered before. */
const beginnings = ['Another answer to the same question:', 'Let me try that once more:', 'In other words:']

/** What an answer is made of, besides the question. */
export interface AnswerOptions {
  /** What is said of the files that came with the question. Default: none came. */
  readonly received?: string
  /** How often it was asked for. Default 1. */
  readonly attempt?: number
}

/**
 * The whole answer to a question, in Markdown. `repeat exactly:` gives back what follows it, to the letter and unsigned: a
 * way to try how safely text is rendered.
 */
export function composeAnswer(question: string, find: FindPassage, { received = '', attempt = 1 }: AnswerOptions = {}): string {
  const dictated = dictatedIn(question)
  if (dictated !== undefined) return dictated
  const passage = find(question)
  // A question about the file itself finds no more than a greeting.
  const said = received === '' ? (passage?.text ?? admission) : passage && passage.name !== 'hello' ? passage.text : ''
  const text = attempt % 2 === 0 ? inShort(said) : said
  return signed(varied([received, text].filter((part) => part !== '').join('\n\n'), attempt), attempt)
}

/** The answer in the words of an attempt: no two that follow each other begin alike. */
export function varied(answer: string, attempt: number): string {
  return attempt < 2 ? answer : `${beginnings[attempt % beginnings.length]}\n\n${answer}`
}

export function signed(answer: string, attempt = 1): string {
  const number = attempt < 2 ? '' : ` This is my answer number ${attempt}.`
  return `${answer}\n\n*I am the demo model: I answer from a text that comes with Streamfold.${number}*`
}

/** The first paragraph, unless it only introduces a list. What begins with a heading is a document, which was asked for as such. */
function inShort(text: string): string {
  const [first = ''] = text.split('\n\n', 1)
  return text.startsWith('#') || first.endsWith(':') ? text : first
}

/** What is to be repeated; undefined for any other question. */
export function dictatedIn(question: string): string | undefined {
  return /^\s*repeat exactly:[ \t]?\n?(.+)$/is.exec(question)?.[1]
}
