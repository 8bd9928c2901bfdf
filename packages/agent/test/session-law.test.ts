import type { Conversation, Message } from '@streamfold/core'
import { selectMessages, selectPromptStates } from '@streamfold/core'
import type { RawMessage } from '@streamfold/testkit'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { historyOf } from './modelled-channel.ts'
import type { Played } from './play-session.ts'
import { play } from './play-session.ts'
import type { WorkingSession } from './working-session.ts'
import { workingSession } from './working-session.ts'

const { LAW_RUNS, LAW_SEED } = process.env
const numRuns = Number(LAW_RUNS ?? 2_000)
// A soak tries other sessions each time. `pnpm test` tries the same ones: what fails there was changed since.
const seed = LAW_SEED === undefined ? (LAW_RUNS === undefined ? { seed: 20 } : {}) : { seed: Number(LAW_SEED) }

/** What all who read a channel agree on. */
function shown(state: Conversation) {
  const states = selectPromptStates(state)
  return selectMessages(state).map(({ id, status, text, replyTo, parts }) => ({
    id,
    status,
    text,
    replyTo,
    state: states.get(id),
    calls: parts.filter(isCall).map(({ toolCallId, state, approval, wanted }) => ({ toolCallId, state, approval, wanted })),
  }))
}

type Part = Message['parts'][number]

function isCall(part: Part): part is Extract<Part, { readonly toolCallId: string }> {
  return 'toolCallId' in part
}

/** States of a call that nothing is expected of any more. */
const FINAL: readonly string[] = ['output-available', 'output-denied', 'output-error', 'interrupted']

function check(
  { channel, pages, executed, prompts, withdrawn }: Played,
  { order, isIdempotent }: WorkingSession,
  seen: Map<string, number>,
): void {
  const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1)
  const { stream } = channel.server
  const wasGone = (serial: string): boolean =>
    withdrawn.has(serial) ||
    stream.some(({ full }) => {
      const { again } = full.extras.headers
      const isIt = full.serial === serial
      return (
        isIt && (isOther(full) || full.action === 'message.delete' || (again !== undefined && again < serial && wasGone(again)))
      )
    })
  const authorOf = (serial = '') => channel.server.latest(serial)?.clientId
  const history = historyOf(channel.server)
  const messages = selectMessages(history)
  const responses = messages.filter(({ role }) => role === 'assistant')

  // Law 6: all readers agree.
  for (const page of pages) expect(shown(page)).toEqual(shown(history))

  // Law 5: one response for each prompt.
  const answered = responses.map(({ replyTo }) => replyTo)
  expect(new Set(answered).size).toBe(answered.length)
  for (const { status, id, replyTo = '' } of responses) {
    expect(['complete', 'failed', 'cancelled']).toContain(status)
    count(status)
    // Nobody but the author of its prompt has stopped it.
    if (status !== 'cancelled' || order === 'interrupt' || withdrawn.has(replyTo)) continue
    const cancels = stream.filter(
      ({ full: { name, extras } }) => name === 'cancel' && [id, replyTo].includes(extras.headers['target'] ?? ''),
    )
    // It ended with its prompt, or with the one for which it was asked, which the author had deleted or made something else.
    if (wasGone(replyTo)) continue
    expect(cancels.map(({ full }) => full.clientId)).toContain(authorOf(replyTo))
  }
  // Nobody but its author has changed a message.
  for (const { text } of messages) expect(text).not.toContain('meddled')

  // Law 6: no call is executed twice, and none that was not approved by somebody who may.
  if (!isIdempotent) expect(new Set(executed).size).toBe(executed.length)
  const calls = responses.flatMap((response) => response.parts.filter(isCall).map((call) => ({ call, response })))
  const ids = calls.map(({ call }) => call.toolCallId)
  expect(new Set(ids).size).toBe(ids.length)
  for (const { call, response } of calls) {
    const { state, approval, toolCallId } = call
    expect(FINAL).toContain(state)
    const ran = executed.includes(toolCallId)
    if (ran && approval) expect(approval.approved).toBe(true)
    if (state === 'output-denied') expect(ran).toBe(false)
    if (state === 'output-available' && !call.wanted) expect(ran).toBe(true)
    const { by, of } = call.wanted ?? approval ?? {}
    const author = authorOf(response.replyTo)
    if (by !== undefined) expect(of ?? [author]).toContain(by)
    count(state)
    if (ran) count('executed')
    if (ran && state !== 'output-available') count('executed, but nobody knows')
    if (approval?.late) count('late')
  }

  // Law 7: each prompt ends in one state.
  const taken = responses.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.type === 'steering-message' && 'id' in part ? [part.id] : [])),
  )
  expect(new Set(taken).size).toBe(taken.length)
  const states = selectPromptStates(history)
  const isGone = (serial: string | undefined): boolean => {
    const message = messages.find((one) => one.id === serial)
    return serial !== undefined && (message === undefined || message.status === 'deleted' || isGone(message.again))
  }
  const asksFor = ({ again }: Message, id: string): boolean => {
    const named = messages.find((one) => one.id === again)
    return named !== undefined && (named.id === id || asksFor(named, id))
  }
  for (const id of prompts) {
    const state = states.get(id)
    const message = messages.find((one) => one.id === id)
    // Its author has made a cancel or an answer of it.
    if (message === undefined) {
      expect([state, isOther(channel.server.latest(id))]).toEqual([undefined, true])
      count('turned')
      continue
    }
    const { edits, again } = message
    if (edits !== undefined || again !== undefined) count(edits === undefined ? 'another response' : 'another text')
    // What its author has withdrawn is asked for no more.
    if (isGone(again) && !answered.includes(id)) continue
    const ends = [withdrawn.has(id) && 'withdrawn', taken.includes(id) && 'taken-in', answered.includes(id) && 'answered'].filter(
      Boolean,
    )
    // A response to a request for another one answers it, too.
    const hasMore = messages.some((request) => answered.includes(request.id) && asksFor(request, id))
    if (hasMore && !withdrawn.has(id)) expect([state, ends.length]).toEqual(['answered', 1])
    else expect(withdrawn.has(id) ? ['withdrawn'] : ends).toEqual([state])
    count(state ?? '')
  }
}

/** Whether a message is an answer or a cancel now. */
function isOther(raw: RawMessage | undefined): boolean {
  return raw?.name === 'cancel' || (raw?.name === 'answer' && raw.extras.headers['target'] !== undefined)
}

/** What the law can check only where it happens. */
const kinds = [
  'complete',
  'cancelled',
  'output-available',
  'output-denied',
  'output-error',
  'interrupted',
  'executed',
  'executed, but nobody knows',
  'late',
  'answered',
  'taken-in',
  'withdrawn',
  'turned',
  'another response',
  'another text',
]

test(
  `one response for each prompt, one decision and at most one execution of each call, one end of each prompt (${numRuns} sessions)`,
  async () => {
    const seen = new Map<string, number>()
    await fc.assert(
      fc.asyncProperty(workingSession, async (session) => check(await play(session), session, seen)),
      { numRuns, ...seed },
    )
    if (numRuns >= 1_000) expect(kinds.filter((kind) => !seen.has(kind))).toEqual([])
  },
  // Not a measure of speed: a soak on a busy machine takes its time.
  60_000 + 500 * numRuns,
)
