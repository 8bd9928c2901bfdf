import type { ConnectionStatus, Message, PromptState } from '@streamfold/core'
import { isBehind } from '@streamfold/core'
import type { Tone } from './connection-view.ts'
import { endingOf, hasAnswer, isBlank } from './ending.ts'
import { texts } from './texts.ts'

/** The surroundings of a message that change how it is shown. */
export interface MessageContext {
  readonly connectionStatus: ConnectionStatus
  /** The reader's client id. */
  readonly clientId: string
  /** The author of the prompt that this answers; undefined where it is not known. Others may not ask for another answer. */
  readonly askedBy?: string | undefined
  /** This prompt still waits for its answer. */
  readonly waiting: boolean
  /** What has become of this prompt; undefined for an answer. */
  readonly promptState?: PromptState | undefined
  /** Why this prompt is not being answered. */
  readonly unansweredReason: string | undefined
  /** It is the last message. */
  readonly last: boolean
}

export interface MessageView {
  readonly author: string
  /** The status in words; empty if there is nothing to show. */
  readonly state: string
  readonly tone: Tone
  /** Something is in progress. It is shown above the text, where it moves nothing while the text grows; a final status is shown below. */
  readonly busy: boolean
  /** There is a line below the text. An answer has one from its first word on: nothing moves when it ends. */
  readonly foot: boolean
  /** The text grows: it ends in a caret. */
  readonly writing: boolean
  readonly deleted: boolean
  /** The text of a prompt; empty for an answer. */
  readonly prompt: string
  /** There is more than a prompt's text: an answer's parts, or files that were sent. */
  readonly hasParts: boolean
  /** Why there is no answer, to be shown in its place; empty where there is one, or may be. */
  readonly empty: string
  readonly canCopy: boolean
  readonly canRetry: boolean
  /** Its prompt can be asked once more, for another answer. */
  readonly canRegenerate: boolean
  /** A prompt of the reader. */
  readonly canEdit: boolean
  /** It waits for its turn: an edit changes it, and it can be withdrawn. Otherwise an edit is another version of it. */
  readonly waits: boolean
}

export function messageView(message: Message, context: MessageContext): MessageView {
  const answer = message.role === 'assistant'
  const mayAskAgain = !answer || context.askedBy === undefined || context.askedBy === context.clientId
  const state = answer
    ? responseState(message, { ...context, last: context.last && mayAskAgain })
    : stateOfPrompt(message, context)
  const busy = state.tone === 'busy'
  const waits = !answer && context.promptState === 'queued' && isOwn(message, context)
  const canEdit = waits || (!answer && isEditable(context.promptState) && isOwn(message, context))
  return {
    author: answer ? texts.agent : isOwn(message, context) ? texts.you : (message.clientId ?? 'Someone'),
    state: state.text,
    tone: state.tone,
    busy,
    foot: answer || canEdit || (state.text !== '' && !busy),
    writing: state.writing === true,
    deleted: message.status === 'deleted',
    prompt: answer ? '' : message.text,
    hasParts: answer || message.parts.some(({ type }) => type !== 'text'),
    empty: busy ? '' : (endingOf(message, context.last && mayAskAgain)?.empty ?? ''),
    canCopy: answer && !busy && !isBlank(message) && message.status !== 'deleted',
    canRetry: state.retry === true && mayAskAgain,
    canRegenerate: answer && !busy && mayAskAgain && (message.status === 'complete' || message.status === 'cancelled'),
    canEdit,
    waits,
  }
}

/** Whether an edit makes another version of a prompt. */
function isEditable(state: PromptState | undefined): boolean {
  return state === 'answered' || state === 'unanswered' || state === 'submitted'
}

interface State {
  readonly text: string
  readonly tone: Tone
  readonly retry?: boolean
  readonly writing?: boolean
}

function stateOfPrompt(message: Message, { connectionStatus, waiting, promptState, unansweredReason }: MessageContext): State {
  const away = awayText(connectionStatus)
  switch (message.status) {
    case 'sending':
      return { text: 'Sending', tone: 'busy' }
    case 'failed':
      return { text: `Not sent: ${message.error ?? 'no reason was given'}`, tone: 'bad', retry: true }
    case 'deleted':
      return { text: promptState === 'withdrawn' ? texts.prompt.withdrawn : 'Deleted', tone: 'quiet' }
    default:
      if (promptState === 'taken-in') return { text: texts.prompt.takenIn, tone: 'good' }
      if (promptState === 'queued')
        return { text: away ?? (message.into === undefined ? texts.prompt.queued : texts.prompt.queuedInto), tone: 'warn' }
      if (unansweredReason !== undefined) return { text: `Not answered: ${unansweredReason}`, tone: 'bad', retry: true }
      if (waiting && away !== undefined) return { text: away, tone: 'quiet' }
      return waiting ? { text: 'Waiting for the agent', tone: 'busy' } : { text: '', tone: 'quiet' }
  }
}

function responseState(message: Message, { connectionStatus: connection, last }: MessageContext): State {
  // A person decides, whether or not this page is away.
  const away = isSettled(message) || message.status === 'waiting' ? undefined : awayText(connection)
  if (away !== undefined) return { text: away, tone: 'quiet' }
  if (isCatchingUp(message, connection)) return { text: 'Catching up', tone: 'busy' }
  switch (message.status) {
    case 'streaming':
    case 'sending':
      return { text: 'Streaming', tone: 'busy', writing: true }
    case 'waiting':
      return { text: texts.waits, tone: 'warn' }
    case 'complete':
      return endedState(message, last)
    case 'cancelled':
      return { text: 'Stopped', tone: 'quiet' }
    case 'failed':
      return { text: `Failed: ${message.error ?? 'the agent gave no reason'}`, tone: 'bad', retry: true }
    case 'stalled':
      return { text: 'Stalled: nothing new for a while', tone: 'warn' }
    case 'abandoned':
      return { text: 'The agent went away', tone: 'bad', retry: true }
    case 'deleted':
      return { text: 'Deleted', tone: 'quiet' }
    default:
      return message.status satisfies never
  }
}

function endedState(message: Message, last: boolean): State {
  const ending = endingOf(message, last)
  return ending ? { text: ending.state, tone: 'warn' } : { text: 'Complete', tone: 'good' }
}

/** An offline page cannot know whether an answer still grows. */
function awayText(connection: ConnectionStatus): string | undefined {
  if (connection === 'offline') return 'Goes on when you are back'
  return connection === 'disconnected' || connection === 'failed' ? 'Goes on when you connect' : undefined
}

/** Text may be missing: the reader sees a note, never a silent hole. */
function isCatchingUp(message: Message, connection: ConnectionStatus): boolean {
  if (message.continuity !== 'gapped') return false
  return connection !== 'live' || isBehind(message)
}

function isOwn(message: Message, { clientId }: MessageContext): boolean {
  return message.clientId === undefined || message.clientId === clientId
}

/** The fields that a page test reads from a message; its text is in the store. */
export function messageAttributes(message: Message): Record<`data-${string}`, string> {
  return {
    'data-testid': 'message',
    'data-serial': message.id,
    'data-role': message.role,
    'data-status': message.status,
    'data-continuity': message.continuity,
    ...(message.finish && { 'data-finish': message.finish }),
  }
}

/** Whether two versions of a message look the same except for an answer's parts, which have components of their own. */
export function sameButParts(before: Message, after: Message): boolean {
  return (
    after.role === 'assistant' &&
    before.role === after.role &&
    before.status === after.status &&
    before.error === after.error &&
    before.finish === after.finish &&
    before.headers['empty'] === after.headers['empty'] &&
    before.clientId === after.clientId &&
    before.continuity === after.continuity &&
    isBehind(before) === isBehind(after) &&
    isBlank(before) === isBlank(after) &&
    hasAnswer(before) === hasAnswer(after)
  )
}

/** Whether no more text is expected, so the rendering can be finished. */
export function isSettled({ status }: Message): boolean {
  return status !== 'streaming' && status !== 'waiting' && status !== 'stalled' && status !== 'sending'
}
