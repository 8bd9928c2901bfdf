import type { Answer, AnswerDraft, AnswerKind, Conversation, ConversationEvent, Message, Store } from '@streamfold/core'
import { mayDecide, normalise, selectMessage, selectWaiting } from '@streamfold/core'
import type { Outbound } from '@streamfold/core/codec'
import { answerId, answerMessage, callName, inputHash } from '@streamfold/core/codec'
import type { ConversationTransport } from '@streamfold/core/transport'
import type { CallIds, CallPart, Decision, ShownCall } from './call.ts'
import { isOpenCall } from './call.ts'
import type { Clock } from '../clock.ts'
import { tickOf } from '../clock.ts'
import type { ConversationErrorCode } from '../conversation-error.ts'
import { ConversationError, reasonOf } from '../conversation-error.ts'
import { messageSize, sizesOf } from '../message-size.ts'
import type { NotifyAgent } from '../notify-agent.ts'
import { notify } from '../notify-agent.ts'
import { publishWhenConnected } from './publish-when-connected.ts'
import { randomId } from '../random-id.ts'
import type { Reading } from '../live/reading.ts'

/** Answers calls that wait for a person or for a page. */
export interface Answers {
  /** @param shown the state that the caller's page shows: the answer counts for the input there */
  answer(call: CallIds | ShownCall, decision: Decision, shown: Conversation, notifyAgent: NotifyAgent | undefined): Promise<void>
  /** Whether this client may answer a call of a message, as far as is known. */
  mayAnswer(call: CallIds | ShownCall): boolean
  /** Publishes the answers of a restored conversation that the channel did not have when it was saved. */
  resume(): void
}

/** An answer that the channel has. */
interface Published {
  readonly serial: string
  /** The id under which it was published. */
  readonly id: string
}

/** Ids that can be computed before one is random: another user may take each of those first, and never all. */
const COMPUTED = 4

/** @param reading called for every publish */
export function createAnswers(transport: ConversationTransport, store: Store, clock: Clock, reading: () => Reading): Answers {
  /** Unacknowledged answers by call: a double click is one answer. */
  const publishing = new Map<string, { readonly draft: AnswerDraft; readonly done: Promise<Published> }>()

  const report = (...events: readonly ConversationEvent[]) => store.dispatch([tickOf(clock, store.getState()), ...events])

  /** @param key of an answer that was begun before the page was loaded again */
  async function publish(draft: AnswerDraft, begun: string | undefined): Promise<Published> {
    const clientId = transport.clientId
    let attempt = attemptsOf(draft)
    let key = begun ?? answerId(draft, clientId, attempt)
    const sent = (): ConversationEvent => ({
      type: 'answer-sent',
      key,
      ...draft,
      at: clock.now(),
      ...(clientId !== undefined && { clientId }),
    })
    report(sent())
    try {
      for (let tries = 1; ; tries++) {
        const message = encode(draft, key)
        const serial = await publishWhenConnected(transport, message)
        if (serial === undefined) throw new Error('the service returned no serial (take the conflation rule off this channel)')
        const kept = await keptAs(message, serial)
        if (kept && isFor(kept, draft)) return { serial, id: key }
        // The service keeps the first message of an id (P6), and that is another one.
        const taken: ConversationEvent = { type: 'answer-failed', key, error: 'another message has its id' }
        const decision = decisionOf(store.getState(), draft)
        if (tries > COMPUTED || decision !== undefined) {
          report(taken)
          return { serial: decision !== undefined && isOwnAnswer(decision) ? decision : serial, id: key }
        }
        attempt = Math.max(attempt + 1, attemptsOf(draft))
        key = tries < COMPUTED ? answerId(draft, clientId, attempt) : `answer-${randomId()}`
        report(taken, sent())
      }
    } catch (cause) {
      const reason = reasonOf(cause)
      report({ type: 'answer-failed', key, error: reason })
      throw failed('answer-failed', `${reason}: try again`, cause)
    } finally {
      publishing.delete(nameOf(draft))
    }
  }

  /** @throws ConversationError where the codec needs the response, and it is not loaded */
  function encode(draft: AnswerDraft, id: string): Outbound {
    const clientId = transport.clientId
    const { codec } = reading()
    if (!codec) return { ...answerMessage(draft, clientId), id }
    if (!codec.answer) throw noAnswers()
    const state = store.getState()
    const response = selectMessage(state, draft.target)
    if (!response) throw failed('not-loaded', 'its response is not in this conversation: load older messages first')
    return codec.answer({ ...draft, id, response, name: callName(state, draft.target, draft.call), clientId })
  }

  /** This person's answers to the same question so far. As it is asked again, none of them counts. */
  function attemptsOf(draft: AnswerDraft): number {
    return store.getState().context.answers.filter((answer) => isOwn(answer) && isAbout(answer, draft)).length
  }

  /** Whether an answer of this person makes another one needless: what keeps it from counting would keep the other one, too. */
  function isFor(answer: Answer, draft: AnswerDraft): boolean {
    return isOwn(answer) && isAbout(answer, draft) && !answer.withdrawn && isDecision(answer.kind) === isDecision(draft.kind)
  }

  /** In a codec's format an answer may name the response by its key, and not the input that its author saw. */
  function isAbout({ target, call, saw, unbound }: Answer, draft: AnswerDraft): boolean {
    const isSame = target === draft.target || target === selectMessage(store.getState(), draft.target)?.key
    return isSame && call === draft.call && (unbound === true || saw === draft.saw)
  }

  /** Whether an answer is by this person: from another page. */
  function isOwnAnswer(serial: string): boolean {
    return store.getState().context.answers.some((answer) => answer.serial === serial && isOwn(answer))
  }

  function isOwn({ clientId }: Answer): boolean {
    return clientId === transport.clientId
  }

  /**
   * The answer that the service has under a serial that it acknowledged with. Folds it: its echo may never arrive, because a client may connect
   * without echo (P27).
   */
  async function keptAs(message: Outbound, serial: string): Promise<Answer | undefined> {
    const known = store.getState().context.answers.find((answer) => answer.serial === serial && !answer.local)
    if (known) return known
    const event = await read(message, serial)
    if (event.type !== 'answer') return undefined
    report(event)
    return event
  }

  /** The message that the service has. Where it cannot be read, the answer as it was sent: what arrives replaces it. */
  async function read(message: Outbound, serial: string): Promise<ConversationEvent> {
    if (transport.capabilities.fetchMessage === true) {
      try {
        return normalise(await transport.fetchMessage(serial), { ...reading(), source: 'history' })
      } catch {
        // The service does not have it yet, or the token does not allow it.
      }
    }
    const stamped = { ...message, clientId: transport.clientId, serial, action: 'message.create', timestamp: clock.now() }
    const event = normalise(stamped, { ...reading(), source: 'local' })
    return event.type === 'answer' ? { ...event, local: true } : event
  }

  function begin(draft: AnswerDraft, begun?: string): Promise<Published> {
    const done = publish(draft, begun)
    publishing.set(nameOf(draft), { draft, done })
    return done
  }

  function isAllowed(message: Message, call: CallPart): boolean {
    const clientId = transport.clientId
    const prompt = message.replyTo === undefined ? undefined : selectMessage(store.getState(), message.replyTo)
    // Without the prompt, as messages are read: otherwise this and the fold could differ.
    return mayDecide(call, prompt, clientId, reading().permissions?.mayAnswer?.(clientId))
  }

  /** The call as the conversation has it now. @throws ConversationError if it has none */
  function find(ids: CallIds): { readonly message: Message; readonly call: CallPart } {
    const message = selectMessage(store.getState(), ids.messageId)
    if (!message) throw failed('not-loaded', 'its response is not in this conversation: load older messages first')
    const call = callIn(message, ids.toolCallId)
    if (!call) throw failed('not-asked', 'its response has no such call: give the toolCallId of a part')
    return { message, call }
  }

  return {
    async answer(given, decision, shown, notifyAgent) {
      const ids = idsOf(given)
      const { kind, text } = contentsOf(decision)
      if (reading().codec && !reading().codec?.answer) throw noAnswers()
      const { message, call } = find(ids)
      const seen = 'call' in given ? given.call : callIn(selectMessage(shown, ids.messageId), ids.toolCallId)
      const draft: AnswerDraft = {
        target: message.id,
        call: call.toolCallId,
        kind,
        saw: inputHash((seen ?? call).input),
        text,
      }
      const same = publishing.get(nameOf(draft))
      if (same?.draft.kind === kind && same.draft.text === text) return void (await same.done)
      requireAsked(message, call, kind, reading().codec !== undefined)
      if (draft.saw !== inputHash(call.input))
        throw failed('input-changed', 'its input has changed since it was shown: look at it again')
      if (transport.clientId !== undefined && !isAllowed(message, call)) throw notPermitted(call)
      const size = messageSize(encode(draft, answerId(draft, transport.clientId, 0)), transport.clientId)
      const limit = transport.maxMessageSize
      if (size > limit) {
        throw failed('answer-too-large', `${sizesOf(size, limit)}: give less, or a link to it`)
      }
      const { serial, id } = await begin(draft)
      const state = store.getState()
      const now = callIn(selectMessage(state, message.id), call.toolCallId)
      const counts = decisionOf(state, draft)
      if (now && counts !== undefined && counts !== serial) throw tooLate(now)
      // Another device of this person was first: the service keeps the first of two messages with one id (P6).
      const kept = state.context.answers.find((answer) => answer.serial === serial)
      if (kept && (kept.kind !== kind || kept.text !== text))
        throw failed('too-late', 'you answered on another device first: that answer counts')
      if (notifyAgent) await continues(message, notifyAgent, id)
    },
    mayAnswer(given) {
      const { messageId, toolCallId } = idsOf(given)
      const message = selectMessage(store.getState(), messageId)
      const call = callIn(message, toolCallId)
      return message !== undefined && call !== undefined && isAllowed(message, call)
    },
    resume() {
      for (const { key, target, call, kind, saw, text, clientId } of store.getState().context.pendingAnswers) {
        const draft = { target, call, kind, saw, text }
        if (publishing.has(nameOf(draft)) || (clientId !== undefined && clientId !== transport.clientId)) continue
        // A failure shows in the state: the call asks again.
        void begin(draft, key).catch(() => {})
      }
    },
  }

  /** Asks an agent to continue a response, once all of its calls are answered. */
  async function continues({ id, replyTo }: Message, notifyAgent: NotifyAgent, answer: string): Promise<void> {
    const state = store.getState()
    if (replyTo === undefined || selectWaiting(state).some(({ message }) => message.id === id)) return
    const { codec } = reading()
    if (codec && selectMessage(state, id)?.parts.some((part) => 'toolCallId' in part && isOpenCall(part as CallPart))) return // Of a part with an id.
    try {
      const asked = { channelName: transport.name, promptSerial: replyTo, responseSerial: id }
      await notify(notifyAgent, codec ? { ...asked, answerId: answer } : asked)
    } catch (cause) {
      const reason = `the answer is on the channel, but no agent could be asked to go on: ${reasonOf(cause)}`
      throw failed('not-notified', `${reason}: retry the response`, cause)
    }
  }
}

function nameOf({ target, call }: AnswerDraft): string {
  return `${target} ${call}`
}

/** The serial of the answer that decides the call of a draft. */
function decisionOf(state: Conversation, { target, call, kind }: AnswerDraft): string | undefined {
  const part = callIn(selectMessage(state, target), call)
  return (isDecision(kind) ? part?.approval : part?.wanted)?.answer
}

function isDecision(kind: AnswerKind): boolean {
  return kind === 'approve' || kind === 'deny'
}

function callIn(message: Message | undefined, toolCallId: string): CallPart | undefined {
  return message?.parts.find((part): part is CallPart => 'toolCallId' in part && part.toolCallId === toolCallId)
}

/** @throws ConversationError if nobody asks for such an answer, or if there is one */
function requireAsked(message: Message, call: CallPart, kind: AnswerKind, isForeign: boolean): void {
  const { approval, wanted } = call
  const asked = isDecision(kind) ? approval : wanted
  // Agents of other formats do not say that they ask a page for an output; they wait for it.
  if (isForeign && !approval && !wanted && !isDecision(kind) && message.status === 'waiting' && isOpenCall(call)) return
  if (!asked) {
    if (approval) throw failed('not-asked', 'it asks for an approval: give { approve }')
    if (wanted) throw failed('not-asked', 'it asks for its output: give { output } or { error }')
    throw failed('not-asked', 'it does not ask for one: answer a call in `waiting`')
  }
  // A call that a person has approved may ask for its output next.
  const isApproved = isDecision(kind) && approval?.approved !== undefined
  if (asked.answer !== undefined || asked.auto || asked.pending || isApproved) throw tooLate(call)
  if (message.status === 'deleted' || call.state === 'interrupted')
    throw failed('not-asked', 'its response has ended: send another prompt')
}

function noAnswers(): ConversationError {
  return failed('answer-failed', 'this channel’s format has no answers: answer where its agent asks')
}

function tooLate({ approval, wanted }: CallPart): ConversationError {
  const { by, pending, auto } = wanted ?? approval ?? {}
  const who = pending ? 'it is answered here already' : auto ? 'its time is over' : `${by ?? 'somebody'} answered first`
  return failed('too-late', `${who}: that answer counts`)
}

function notPermitted({ approval, wanted }: CallPart): ConversationError {
  const of = (wanted ?? approval)?.of
  const who = of ? of.map((id) => `"${id}"`).join(', ') : 'the author of the prompt'
  return failed('not-permitted', `only ${who} may answer it: ask there`)
}

/** @throws ConversationError `wrong-argument` */
function contentsOf(decision: unknown): { readonly kind: AnswerKind; readonly text: string } {
  const given: Readonly<Record<string, unknown>> = typeof decision === 'object' && decision !== null ? { ...decision } : {}
  const { approve, reason, output, error } = given
  if (typeof approve === 'boolean') {
    const text = JSON.stringify(typeof reason === 'string' && reason !== '' ? { reason } : {})
    return { kind: approve ? 'approve' : 'deny', text }
  }
  if (typeof error === 'string') return { kind: 'fault', text: JSON.stringify({ error }) }
  const text = 'output' in given ? jsonOf(output) : undefined
  if (text !== undefined) return { kind: 'output', text }
  throw failed('wrong-argument', 'the decision is none: give { approve }, { output } as JSON, or { error }')
}

function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value)
  } catch {
    // A value that contains itself, or a bigint.
    return undefined
  }
}

/** @throws ConversationError `wrong-argument` */
function idsOf(given: CallIds | ShownCall): CallIds {
  const call: unknown = given
  if (typeof call === 'object' && call !== null) {
    const { messageId, toolCallId } =
      'call' in given ? { messageId: given.message?.id, toolCallId: given.call?.toolCallId } : given
    if (typeof messageId === 'string' && typeof toolCallId === 'string') return { messageId, toolCallId }
  }
  throw failed('wrong-argument', 'this names no call: give { messageId, toolCallId }, or a part with its message')
}

function failed(code: ConversationErrorCode, reason: string, cause?: unknown): ConversationError {
  return new ConversationError(code, `unable to answer the call; ${reason}`, cause)
}
