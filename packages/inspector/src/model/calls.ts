import type { Conversation, Message, MessagePart, MessageRecord } from '@streamfold/core'
import { selectMessage, selectMessages } from '@streamfold/core'
import { isTool, toolName } from '@streamfold/core/log'
import { allMessages, findMessage } from './find-message.ts'

/** A call of a tool, from the event that began it to its result. The fields are indexes of events. */
export interface Call {
  readonly id: string
  /** The tool's name, which a model gave. */
  readonly name: string
  readonly from: number
  /** When its input was complete; undefined before. */
  readonly input: number | undefined
  /** When its execution was recorded; undefined if it was not. */
  readonly run: number | undefined
  /** When it got its result, or its response ended without one; undefined before. */
  readonly to: number | undefined
  readonly outcome: 'output' | 'failed' | 'denied' | 'interrupted' | undefined
}

/** Calls of one message that are followed: a log may have any number. */
const MOST = 500

/** The calls of each message, by the message's id; a message without calls is absent. */
export type Calls = Map<string, readonly Call[]>

/** The calls in a conversation, as far as it shows them: all are at the event `index`. */
export function callsIn(state: Conversation, index: number): Calls {
  const calls: Calls = new Map()
  if (!allMessages(state).some(({ frames }) => frames)) return calls
  for (const message of selectMessages(state)) note(calls, message, index)
  return calls
}

/** Notes what an event changed in the calls of messages. @param serials the records that may have changed */
export function noteCalls(
  calls: Calls,
  index: number,
  serials: Iterable<string>,
  isAppend: boolean,
  before: Conversation,
  after: Conversation,
): void {
  for (const serial of serials) {
    const [was, is] = [findMessage(before, serial), findMessage(after, serial)]
    if (!is || !mayChange(was, is, after.context.grouped && !isAppend)) continue
    const message = selectMessage(after, serial)
    if (message) note(calls, message, index)
  }
}

/** A call changes with a frame's head or with the response's status, but not while a body grows. */
function mayChange(was: MessageRecord | undefined, is: MessageRecord, inGroup: boolean): boolean {
  if (was === is) return false
  if (inGroup || was?.status !== is.status || was.frames?.settled !== is.frames?.settled) return true
  return was.frames?.last.head !== is.frames?.last.head
}

function note(calls: Calls, { id, role, parts }: Message, index: number): void {
  const known = calls.get(id)
  const tools = role === 'assistant' ? parts.filter(isTool).slice(0, MOST) : []
  if (tools.length > 0) {
    const byId = new Map(known?.map((call) => [call.id, call]))
    calls.set(
      id,
      tools.map((part) => callOf(part, index, byId.get(part.toolCallId))),
    )
  } else if (known) calls.delete(id)
}

type Tool = Extract<MessagePart, { readonly toolCallId: string }>

function callOf(part: Tool, index: number, known: Call | undefined): Call {
  const outcome = outcomeOf(part)
  const isExecuted = part.running === true || part.preliminary === true
  return {
    id: part.toolCallId,
    name: toolName(part),
    from: known?.from ?? index,
    input: part.state === 'interrupted' ? known?.input : part.state === 'input-streaming' ? undefined : (known?.input ?? index),
    run: isExecuted ? (known?.run ?? index) : outcome === undefined ? undefined : known?.run,
    // A later version may replace the result by none.
    to: outcome === undefined ? undefined : (known?.to ?? index),
    outcome,
  }
}

function outcomeOf({ state, preliminary }: Tool): Call['outcome'] {
  switch (state) {
    case 'output-available':
      return preliminary ? undefined : 'output'
    case 'output-error':
      return 'failed'
    case 'output-denied':
      return 'denied'
    case 'interrupted':
      return state
    default:
      return undefined
  }
}

/** The calls as if the log had begun with `start`, before the event `first`. */
export function clipCalls(calls: Calls, start: Conversation, first: number): Calls {
  const begun = callsIn(start, first)
  const clipped = (index: number | undefined) => (index === undefined ? undefined : Math.max(index, first))
  return new Map(
    [...calls].map(([id, each]) => {
      const shown = begun.get(id)
      return [
        id,
        each.map((call) => {
          const base = shown?.find((one) => one.id === call.id)
          // What had ended before shows only its end.
          if (base && call.to !== undefined && call.to < first) return { ...call, ...base }
          return { ...call, from: Math.max(call.from, first), input: clipped(call.input), run: clipped(call.run) }
        }),
      ]
    }),
  )
}
