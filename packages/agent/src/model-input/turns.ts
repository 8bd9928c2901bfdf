import type { Message, MessagePart } from '@streamfold/core'
import { isBlank } from '../serve/prompt/is-blank.ts'
import type { Item } from './alternate.ts'
import { alternate } from './alternate.ts'
import type { Piece, Thought, Words } from './pieces.ts'
import { addWords, continuesText, isText, words } from './pieces.ts'
import type { Segment } from './segments.ts'
import { segmentsOf } from './segments.ts'
import type { Room } from './steps.ts'
import { joinSteps, stepsOf } from './steps.ts'
import type { GoingOn, ToolCall } from './tool-call.ts'
import { createCallReader, isCall } from './tool-call.ts'
import type { UserFile } from './user-file.ts'
import { noteOf, userFile } from './user-file.ts'

/**
 * A conversation as the models of any provider accept it:
 * - turns alternate, beginning with the user's, and none is empty;
 * - each step of the assistant but the last of a turn has a call that the agent runs: the results separate the steps;
 * - every call has a result, and an id that no other call has;
 * - reasoning is always followed by text or a call of its step; no text is blank.
 */
export type Turn = UserTurn | AssistantTurn

export interface UserTurn {
  readonly role: 'user'
  readonly content: readonly (Words | UserFile)[]
}

interface AssistantTurn {
  readonly role: 'assistant'
  readonly steps: readonly Step[]
}

/** What the model writes before it waits for results. */
export type Step = readonly (Words | Thought | ToolCall)[]

/** The turns of a conversation, for any provider's format. Sources, data and files of the assistant are left out. */
export function turnsOf(
  messages: readonly Message[],
  room: Room,
  results: Readonly<Record<string, unknown>> = {},
): readonly Turn[] {
  const drafts = segmentsOf(messages).map((segment) => draftOf(segment, room))
  const readCall = createCallReader(goingOn(messages, results))
  const turns = alternate(drafts.filter(({ content, steps }) => content.length > 0 || steps.length > 0)).map(
    ({ role, items }): Turn =>
      role === 'user'
        ? { role, content: joinContent(items) }
        : {
            role,
            steps: joinSteps(items.flatMap((item) => item.steps)).map((step) =>
              step.map((piece) => (piece.type === 'part' ? readCall(piece.part) : piece)),
            ),
          },
  )
  return withoutLastSpace(turns)
}

/** The last message, if it is a response that has not ended. */
function goingOn(messages: readonly Message[], results: Readonly<Record<string, unknown>>): GoingOn | undefined {
  const last = messages.at(-1)
  const goes = last?.role === 'assistant' && (last.status === 'streaming' || last.status === 'waiting')
  return goes ? { calls: last.parts.filter(isCall), results } : undefined
}

interface Draft extends Item {
  readonly content: readonly (Words | UserFile)[]
  readonly steps: readonly (readonly Piece[])[]
}

function draftOf({ role, parts, text }: Segment, room: Room): Draft {
  if (role === 'user') {
    const content = contentOf(parts, room)
    return { role, content, steps: [], said: JSON.stringify(content) }
  }
  const steps = stepsOf(parts, room)
  const [only, ...others] = steps.flat()
  // The core knows which texts are of one paragraph.
  if (only?.type !== 'words' || others.some(({ type }) => type !== 'words')) return { role, content: [], steps, said: undefined }
  const whole = text === undefined ? steps : [[words(text)]]
  return { role, content: [], steps: whole, said: text }
}

function contentOf(parts: readonly MessagePart[], room: Room): readonly (Words | UserFile)[] {
  const content: (Words | UserFile)[] = []
  let isAdjacent = false
  for (const part of parts) {
    if (isText(part)) {
      if (!isBlank(part.text)) addWords(content, words(part.text), isAdjacent ? '' : '\n\n')
    } else if (part.type === 'file' && 'url' in part) {
      const file = userFile(part, room.contents)
      if (file && room.file(file)) content.push(file)
      else addWords(content, words(noteOf(part)), '\n\n')
    }
    isAdjacent = continuesText(part, isAdjacent)
  }
  return content
}

function joinContent(items: readonly Draft[]): UserTurn['content'] {
  const all: (Words | UserFile)[] = []
  for (const piece of items.flatMap(({ content }) => content)) {
    if (piece.type === 'words') addWords(all, piece, '\n\n')
    else all.push(piece)
  }
  return all
}

/** Anthropic refuses an answer that ends in white space if the model is to continue it. */
function withoutLastSpace(turns: readonly Turn[]): readonly Turn[] {
  const turn = turns.at(-1)
  const step = turn?.role === 'assistant' ? turn.steps.at(-1) : undefined
  const last = step?.at(-1)
  if (turn?.role !== 'assistant' || !step || last?.type !== 'words') return turns
  const trimmed = [...step.slice(0, -1), { ...last, text: last.text.trimEnd() }]
  return [...turns.slice(0, -1), { ...turn, steps: [...turn.steps.slice(0, -1), trimmed] }]
}
