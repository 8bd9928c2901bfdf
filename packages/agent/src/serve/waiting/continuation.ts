import type { Conversation, DynamicToolPart, Message, MessageRecord, ToolPart } from '@streamfold/core'
import { toJSON } from '@streamfold/core'
import type { Head } from '@streamfold/core/codec'
import { frameHead, readFrames } from '@streamfold/core/codec'
import { givenIds, isCall } from '../../model-input/tool-call.ts'
import type { Resumed } from '../../publish/messages/resumed.ts'
import type { ResponseCall, ResponseCalls } from '../../publish/parts/response-calls.ts'
import { isOver, noCalls, noteHead } from '../../publish/parts/response-calls.ts'
import type { PartChunk } from '../../source/parts/part-chunk.ts'
import { RUN } from '../claim/run-header.ts'
import { groupRecords } from './group-records.ts'
import { settleCall } from './settle-call.ts'

/** A call that was decided, or that had no result when its agent died. */
export interface DecidedCall {
  readonly toolCallId: string
  readonly toolName: string
  /** The input; undefined if it cannot be read. */
  readonly input: unknown
  /** Whether the agent is to run it now. It is not if a person denied it, if a page has run it, or if it may have run before. */
  readonly approved: boolean
  /** Client id that decided, and the reason that was given. */
  readonly by?: string
  readonly reason?: string
}

/** A response that goes on in its own message: people have decided, or its agent has died behind a decision. */
export interface Continuation {
  readonly response: Message
  /** Whether all is decided. If not, nothing but its end can be written. */
  readonly isReady: boolean
  /** Of a response that is not ready, when the first call is denied, in milliseconds. */
  readonly deadline: number | undefined
  readonly calls: readonly DecidedCall[]
  /** Its newest version that was read, and the run that wrote it. */
  readonly version: string
  readonly run: string | undefined
  readonly resumed: Resumed
}

export interface ContinuationOptions {
  /** The service's time. */
  readonly now: number
  /** Whether a call may be run again that may have run. */
  readonly isIdempotent: (toolName: string) => boolean
  /** Whether the channel still holds a message. Default: all that are known. */
  readonly isHeld?: (serial: string) => boolean
  /** Its data with all that readers do not receive, where that is another. */
  readonly whole?: string
  /** Whether readers have other inputs than the model gave, and these are not kept: no call can be run. Default false. */
  readonly lacksInputs?: boolean
  /** Whether its newest version is by an agent that came too late, so that it lacks what another one has written. Default false. */
  readonly isOverwritten?: boolean
}

/** How a response can go on; undefined for one that has no call that was asked or run, which is written again as a whole. */
export function continuationOf(
  conversation: Conversation,
  response: Message,
  { now, isIdempotent, isHeld = () => true, whole, lacksInputs = false, isOverwritten = false }: ContinuationOptions,
): Continuation | undefined {
  const records = recordsOf(conversation, response.id)
  const last = records.at(-1)
  const { calls, openCall, openTexts } = read(records, ranIn(conversation, response.id))
  if (!last || ![...calls.values()].some(mayNotRepeat)) return undefined
  // A response that has failed is written again as a whole, unless that would run a tool once more.
  function mayNotRepeat({ wants, run, name }: ResponseCall): boolean {
    return (wants !== undefined && response.status !== 'failed') || (run !== undefined && !isIdempotent(name))
  }
  const parts = new Map(response.parts.filter(isCall).map((part) => [part.toolCallId, part]))
  const chunks: PartChunk[] = []
  const decided: DecidedCall[] = []
  let isReady = true
  let deadline: number | undefined
  for (const call of calls.values()) {
    // A result that was cut off is none.
    if (isOver(call) && call.id !== openCall) continue
    const part = parts.get(call.id)
    const settled = settleCall(call, part, {
      now,
      isIdempotent: isIdempotent(call.name),
      status: response.status,
      isCut: call.id === openCall,
      lacksInput: lacksInputs,
      isOverwritten,
    })
    if (settled === 'waits') {
      isReady = false
      const until = part?.approval?.until ?? part?.wanted?.until
      if (until !== undefined) deadline = Math.min(deadline ?? Infinity, until)
      continue
    }
    chunks.push(...settled.chunks)
    decided.push(decidedCall(call, part, settled.isDue))
  }
  const isOnChannel = isHeld(last.id)
  const given = givenIds([...parts.values()])
  const data = withoutHeld(last.text) + openTexts.map((id) => frameHead({ type: 'end', id })).join('')
  const earlier = isOnChannel ? records.slice(0, -1) : records
  return {
    response,
    isReady,
    deadline,
    calls: decided,
    version: isOnChannel ? last.version : '',
    run: last.headers[RUN],
    resumed: {
      id: response.id,
      serial: isOnChannel ? last.id : undefined,
      continues: isOnChannel ? last.placement?.continues : last.id,
      full: earlier.map(({ text, format }) => ({ data: text, isFramed: format !== undefined })),
      data: isOnChannel ? data : '',
      headers: keptHeaders(last.headers),
      calls,
      known: [...calls.values()].map(({ id, name }) => ({
        id,
        name,
        givenAs: given.get(id) ?? id,
        isDue: decided.some((each) => each.toolCallId === id && each.approved),
      })),
      chunks,
      whole,
    },
  }
}

function decidedCall({ id, name }: ResponseCall, part: ToolPart | DynamicToolPart | undefined, isDue: boolean): DecidedCall {
  const { by, reason = undefined } = part?.approval ?? { by: part?.wanted?.by }
  return {
    toolCallId: id,
    toolName: name,
    input: part?.input,
    approved: isDue,
    ...(by !== undefined && { by }),
    ...(reason !== undefined && { reason }),
  }
}

/** The messages of a response, in order. Of a group that a codec reads only the first, with the contents of all. */
export function recordsOf(conversation: Conversation, serial: string): readonly MessageRecord[] {
  const { records } = toJSON(conversation)
  const own: MessageRecord[] = []
  let record = records.find(({ id }) => id === serial)
  const group = record && groupRecords(records, record)
  if (group) return [group.joined]
  while (record && !own.includes(record)) {
    own.push(record)
    const { id } = record
    record = records.find(({ placement }) => placement?.continues === id)
  }
  return own
}

/** Calls that some attempt at a response of several messages was about to execute. */
function ranIn(conversation: Conversation, serial: string): ReadonlyMap<string, string> {
  const { records } = toJSON(conversation)
  const record = records.find(({ id }) => id === serial)
  return (record && groupRecords(records, record)?.ran) ?? new Map<string, string>()
}

interface Read {
  readonly calls: ResponseCalls
  /** The call whose result is not known to be complete. */
  readonly openCall: string | undefined
  /** Texts and reasoning that have a name and no end. */
  readonly openTexts: readonly string[]
}

function read(records: readonly MessageRecord[], ran: ReadonlyMap<string, string>): Read {
  let calls = noCalls
  let openCall: string | undefined
  const openTexts = new Set<string>()
  for (const { text, format } of records) {
    if (format === undefined) continue
    const { settled, last } = readFrames(text)
    for (const { head } of [...settled, last]) {
      if (head === undefined) continue
      const known = head as unknown as Head // An agent wrote it; of a type that is not known nothing is read.
      calls = noteHead(calls, known)
      if (known.type !== 'more') openCall = known.type === 'output' || known.type === 'fault' ? known.id : undefined
      if ((known.type === 'text' || known.type === 'reasoning') && known.id !== undefined) openTexts.add(known.id)
      if (known.type === 'end' && known.id !== undefined) openTexts.delete(known.id)
    }
  }
  for (const [id, run] of ran) {
    const call = calls.get(id)
    if (call && call.run === undefined && !call.hasResult) calls = new Map(calls).set(id, { ...call, run })
  }
  const cut = openCall === undefined ? undefined : calls.get(openCall)
  // `Task.run` is for calls without a result.
  if (cut) calls = new Map(calls).set(cut.id, { ...cut, hasResult: false })
  return { calls, openCall, openTexts: [...openTexts] }
}

/** Without the beginning of a head that was cut off. */
function withoutHeld(data: string): string {
  return data.slice(0, data.length - readFrames(data).held.length)
}

/** Those that say how it stood do not hold any more. */
function keptHeaders(headers: MessageRecord['headers']): Resumed['headers'] {
  const { status: _, finish: __, empty: ___, error: ____, continues: _____, ...kept } = headers
  return Object.fromEntries(Object.entries(kept).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
}
