import type { Fault, Page, ShownMessage } from '../layer.ts'
import type { World } from '../harness/world.ts'

/** A question about a session layer, and what has to be so for the answer to be yes. */
export interface Law {
  readonly id: string
  readonly question: string
  /** The exact rule, with its deadline. */
  readonly rule: string
  /** The fault without which it cannot be tried. */
  readonly needs?: Fault
  play(world: World): Promise<void>
}

export const answersOf = (page: Page): readonly ShownMessage[] => page.messages().filter(({ role }) => role === 'assistant')

/** The texts of a message, joined. */
export const textOf = (message: ShownMessage | undefined): string =>
  (message?.parts ?? []).map(({ type, text }) => (type === 'text' ? text : '')).join('')

/** Whether a page shows one answer, with this text. */
export function saysOnce(page: Page, text: string): boolean {
  const answers = answersOf(page)
  return answers.length === 1 && textOf(answers[0]) === text
}

export function isWhole(page: Page, text: string): boolean {
  return saysOnce(page, text) && answersOf(page)[0]?.status === 'complete'
}

export const callOf = (page: Page, callId: string) =>
  answersOf(page)
    .flatMap(({ parts }) => parts)
    .find((part) => part.callId === callId)
