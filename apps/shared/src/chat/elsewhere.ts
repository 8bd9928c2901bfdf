import type { Conversation } from '@streamfold/core'
import { focusPrompt, showDecision } from '../input/focus-prompt.ts'
import { decisionsDue } from './decisions.ts'
import { isOnPath } from './open-on-path.ts'
import { texts } from './texts.ts'

/** What goes on at the box: on the branch that is shown, and on others. */
export interface Elsewhere {
  /** How many decisions of the reader are due on the branch that is shown. */
  readonly here: number
  /** The response of another branch that waits for a decision of the reader, or is being written; undefined if there is none. */
  readonly id: string | undefined
  /** How many decisions are due there. */
  readonly due: number
}

/** @param head the branch that is shown, as for `selectPath` */
export function elsewhere(state: Conversation, clientId: string, head: string | undefined): Elsewhere {
  const due = decisionsDue(state, clientId)
  const { open } = state.context
  if (due.length === 0 && open.length === 0) return nothing
  const isHere = isOnPath(state, head)
  const away = due.filter(({ message }) => !isHere(message.id))
  return { here: due.length - away.length, id: away[0]?.message.id ?? open.find((id) => !isHere(id)), due: away.length }
}

export function sameElsewhere(one: Elsewhere, other: Elsewhere): boolean {
  return one.here === other.here && one.id === other.id && one.due === other.due
}

/** What is said of another branch. */
export function elsewhereText({ due }: Elsewhere): string {
  return due > 0 ? texts.elsewhere.waits : texts.elsewhere.streams
}

/** Moves the focus after the page was led to another branch: to what waits there, otherwise to the box. */
export function focusElsewhere({ due }: Elsewhere): void {
  // The page draws the branch first.
  requestAnimationFrame(due > 0 ? showDecision : focusPrompt)
}

const nothing: Elsewhere = { here: 0, id: undefined, due: 0 }
