import type { Message } from '@streamfold/core'
import type { AnyToolPart } from '../parts/tool-view.ts'
import { isToolPart, toolTitle, toolView } from '../parts/tool-view.ts'
import { endingOf } from './ending.ts'
import { isSettled } from './message-view.ts'
import { texts } from './texts.ts'

/** How many messages back are checked, because this runs with every frame of every answer. */
const near = 24

/**
 * The announcement for a screen reader after a change from `before` to `after`: that an answer begins, and its text after it has ended,
 * never each token. Messages that were there at first are not announced.
 */
export function announcement(before: readonly Message[], after: readonly Message[]): string | undefined {
  if (before === after || before.length === 0) return undefined
  const known = before.slice(-near)
  for (const message of after.slice(-near).toReversed()) {
    if (message.role !== 'assistant') continue
    const was = known.find(({ id }) => id === message.id)
    if (was === message) continue
    const spoken = change(was, message)
    if (spoken) return spoken
  }
  return undefined
}

function change(was: Message | undefined, message: Message): string | undefined {
  const { status, text, error } = message
  if (was?.status === status) return undefined
  switch (status) {
    case 'streaming':
      return 'The agent is answering.'
    case 'complete':
      return was && !isSettled(was) ? `${completion(message)} ${plain(text)}`.trimEnd() : undefined
    case 'cancelled':
      return 'The answer was stopped.'
    case 'failed':
      return `The answer failed: ${error ?? 'no reason was given'}.`
    case 'stalled':
      return 'The answer has stalled.'
    case 'abandoned':
      return 'The agent went away.'
    default:
      return undefined
  }
}

function completion(message: Message): string {
  const ending = endingOf(message)
  return ending ? ending.empty || `${ending.state}.` : 'The answer is complete.'
}

/**
 * The announcement after the parts of a growing answer changed: that a tool is called, and how that ended. Each once, and no input or output.
 */
export function toolAnnouncement(before: Message | undefined, after: Message): string | undefined {
  if (!before || before.parts === after.parts) return undefined
  for (const [at, part] of after.parts.entries()) {
    const was = before.parts[at]
    if (part === was || !isToolPart(part)) continue
    const known = was && isToolPart(was) && was.toolCallId === part.toolCallId ? was : undefined
    const spoken = toolNews(known, part)
    if (spoken !== undefined) return spoken
  }
  return undefined
}

function toolNews(was: AnyToolPart | undefined, part: AnyToolPart): string | undefined {
  const ended = isReported(part)
  if (was ? !ended || (isReported(was) && was.state === part.state) : false) return undefined
  if (!ended) return `${texts.tool.uses} ${toolTitle(part)}.`
  const { title, state, notice } = toolView(part, false)
  return `${title}: ${state}. ${notice}`.trimEnd()
}

/** Whether a reader has to know: the call has ended, waits for a person, or a person has decided. */
function isReported({ state, preliminary }: AnyToolPart): boolean {
  return (
    (state === 'output-available' && !preliminary) ||
    state === 'output-error' ||
    state === 'output-denied' ||
    state === 'approval-requested' ||
    state === 'approval-responded'
  )
}

/** Characters that are read: about five minutes. To lay out more, where only a screen reader finds it, holds up the page. */
const longest = 5_000

/** Markdown as plain text for speech: the beginning of a long text. */
function plain(text: string): string {
  return text
    .slice(0, longest)
    .replace(/^```.*$/gm, '')
    .replace(/\]\([^)]*\)/g, '')
    .replace(/^\|?[-:| ]+\|?$/gm, '')
    .replace(/[*_`#>|[\]]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
}
