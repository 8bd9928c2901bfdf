import type { MessagePart, ReasoningPart } from '@streamfold/core'
import { isBlank } from '../serve/prompt/is-blank.ts'
import type { Piece, Thought } from './pieces.ts'
import { addWords, continuesText, isText, words } from './pieces.ts'
import { wellFormed } from './plain-json.ts'
import { providerText } from './provider-metadata.ts'
import type { CallPart } from './tool-call.ts'
import { isCall } from './tool-call.ts'
import type { KnownContents, UserFile } from './user-file.ts'

/** What a provider's format has room for. */
export interface Room {
  /** Whether reasoning is passed back. */
  readonly reasoning: (part: ReasoningPart) => boolean
  /** Whether a call that the provider has run itself is passed back. */
  readonly ownCall: (part: CallPart) => boolean
  readonly file: (file: UserFile) => boolean
  /** What the agent has read itself. */
  readonly contents?: KnownContents | undefined
}

/** The steps of a response, or of a part of it. None is empty. */
export function stepsOf(parts: readonly MessagePart[], room: Room): readonly (readonly Piece[])[] {
  // Text behind a call was written with its result, unless the agent says where its steps begin: a model may also write between two calls.
  const isStepped = parts.some(({ type }) => type === 'step-start')
  const steps: Piece[][] = [[]]
  let isAdjacent = false
  const open = (): Piece[] => steps.at(-1)! // There is always one.
  const add = (piece: Piece): void => {
    if (!isStepped && piece.type !== 'part' && open().some(waits)) steps.push([])
    const last = open().at(-1)
    if (piece.type === 'words') addWords(open(), piece, isAdjacent ? '' : '\n\n')
    else if (piece.type === 'thought' && last?.type === 'thought' && isOneItem(last, piece))
      open()[open().length - 1] = { ...piece, text: `${last.text}\n\n${piece.text}` }
    else open().push(piece)
  }
  const encrypted = encryptedItems(parts)
  for (const given of parts) {
    const part = redactedIn(given) ?? wholeItem(given, encrypted) ?? given
    if (isText(part)) {
      if (!isBlank(part.text)) add(words(part.text))
    } else if (isReasoning(part)) {
      // Signed reasoning is refused if it is changed, so it cannot be made well-formed.
      if (part.text === wellFormed(part.text) && room.reasoning(part))
        add({ type: 'thought', text: part.text, metadata: part.providerMetadata })
    } else if (isCall(part)) {
      if (part.providerExecuted !== true || room.ownCall(part)) add({ type: 'part', part })
    } else if (part.type === 'step-start') {
      steps.push([])
    }
    isAdjacent = continuesText(part, isAdjacent)
  }
  return steps.map(withoutLastThoughts).filter((step) => step.length > 0)
}

/** OpenAI gives each summary of an item as a part, with the encrypted whole, and refuses an item that comes twice. */
function isOneItem(one: Thought, other: Thought): boolean {
  const id = providerText(one.metadata, 'openai', 'itemId')
  return id !== undefined && id === providerText(other.metadata, 'openai', 'itemId')
}

/** OpenAI and Anthropic refuse reasoning with nothing behind it, as that of an answer that was stopped while the model reasoned. */
function withoutLastThoughts(step: readonly Piece[]): readonly Piece[] {
  return step.slice(0, step.findLastIndex(({ type }) => type !== 'thought') + 1)
}

/** Joins each step without a call that waits for its result with the next one: nothing would separate them. */
export function joinSteps(steps: readonly (readonly Piece[])[]): readonly (readonly Piece[])[] {
  const joined: Piece[][] = []
  for (const step of steps) {
    const last = joined.at(-1)
    if (!last || last.some(waits)) {
      joined.push([...step])
      continue
    }
    for (const [at, piece] of step.entries()) {
      if (at === 0 && piece.type === 'words') addWords(last, piece, '\n\n')
      else last.push(piece)
    }
  }
  return joined
}

/** Whether the agent runs the call, so that the model gets the result in the next turn. */
function waits(piece: Piece): boolean {
  return piece.type === 'part' && piece.part.providerExecuted !== true
}

/** Metadata of reasoning that OpenAI has encrypted, by its item: only the last summary of one may have it. */
function encryptedItems(parts: readonly MessagePart[]): ReadonlyMap<string, ReasoningPart['providerMetadata']> {
  return new Map(
    parts.filter(isReasoning).flatMap(({ providerMetadata: metadata }) => {
      const id = providerText(metadata, 'openai', 'itemId')
      const isWhole = providerText(metadata, 'openai', 'reasoningEncryptedContent') !== undefined
      return id !== undefined && isWhole ? [[id, metadata]] : []
    }),
  )
}

function wholeItem(part: MessagePart, encrypted: ReturnType<typeof encryptedItems>): ReasoningPart | undefined {
  const id = isReasoning(part) ? providerText(part.providerMetadata, 'openai', 'itemId') : undefined
  const metadata = id === undefined ? undefined : encrypted.get(id)
  return isReasoning(part) && metadata ? { ...part, providerMetadata: metadata } : undefined
}

/** Thinking that Anthropic has encrypted, as the reasoning that it is. */
function redactedIn(part: MessagePart): ReasoningPart | undefined {
  if (part.type !== 'custom' || part.kind !== 'anthropic.redacted_thinking' || typeof part.data !== 'string') return undefined
  return { type: 'reasoning', text: '', state: 'done', providerMetadata: { anthropic: { redactedData: part.data } } }
}

function isReasoning(part: MessagePart): part is ReasoningPart {
  return part.type === 'reasoning'
}
