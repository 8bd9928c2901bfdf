import type { AnswerDraft, AnswerKind, Conversation, Message, Store } from '@streamfold/core'
import { mayDecide, normalise, selectMessage, selectWaiting } from '@streamfold/core'
import { answerId, answerMessage, inputHash } from '@streamfold/core/codec'
import type { ConversationTransport } from '@streamfold/core/transport'
import type { CallIds, CallPart, Decision, ShownCall } from './call.ts'
import type { Clock } from './clock.ts'
import { tickOf } from './clock.ts'
import type { ConversationErrorCode } from './conversation-error.ts'
import { ConversationError, reasonOf } from './conversation-error.ts'
import { messageSize, sizesOf } from './message-size.ts'
import type { NotifyAgent } from './notify-agent.ts'
import { notify } from './notify-agent.ts'
import { publishWhenConnected } from './publish-when-connected.ts'
import type { Reading } from './reading.ts'

/** Answers calls that wait for a person or for a page. */
export interface Answers {
  /** @param shown the state that the caller's page shows: the answer counts for the input there */
  answer(call: CallIds | ShownCall, decision: Decision, shown: Conversation, notifyAgent: NotifyAgent | undefined): Promise<void>
  /** Whether this client may answer a call of a message, as far as is known. */
  mayAnswer(call: CallIds | ShownCall): boolean
  /** Publishes the answers of a restored conversation that the channel did not have when it was saved. */
  resume(): void
}

/** @param reading called for every publish */
export function createAnswers(transport: ConversationTransport, store: Store, clock: Clock, reading: () => Reading): Answers {
  /** Unacknowledged answers by key: a double click is one answer. */
  const publishing = new Map<string, { readonly draft: AnswerDraft; readonly done: Promise<string> }>()

  /** @returns the serial */
  async function publish(key: string, draft: AnswerDraft): Promise<string> {
    const clientId = transport.clientId
    const tick = () => tickOf(clock, store.getState())
    store.dispatch([tick(), { type: 'answer-sent', key, ...draft, at: clock.now(), ...(clientId !== undefined && { clientId }) }])
    try {
      const message = answerMessage(draft, clientId)
      const serial = await publishWhenConnected(transport, message)
      if (serial === undefined) throw new Error('the service returned no serial (take the conflation rule off this channel)')
      const stamped = { ...message, clientId: transport.clientId, serial, action: 'message.create', timestamp: clock.now() }
      // Its echo may never arrive, because a client may connect without echo (P27).
      // What arrives replaces it: another device of this person may have published under the same id first (P6).
      const event = normalise(stamped, { ...reading(), source: 'local' })
      store.dispatch([tick(), event.type === 'answer' ? { ...event, messageId: key, local: true } : event])
      return serial
    } catch (cause) {
      const reason = reasonOf(cause)
      store.dispatch([tick(), { type: 'answer-failed', key, error: reason }])
      throw failed('answer-failed', `${reason}: try again`, cause)
    } finally {
      publishing.delete(key)
    }
  }

  function begin(key: string, draft: AnswerDraft): Promise<string> {
    const done = publish(key, draft)
    publishing.set(key, { draft, done })
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
      if (reading().codec) throw failed('answer-failed', 'this channel’s format has no answers: answer where its agent asks')
      const { message, call } = find(ids)
      const seen = 'call' in given ? given.call : callIn(selectMessage(shown, ids.messageId), ids.toolCallId)
      const draft: AnswerDraft = {
        target: message.id,
        call: call.toolCallId,
        kind,
        saw: inputHash((seen ?? call).input),
        text,
      }
      const key = answerId(draft.target, draft.call, transport.clientId)
      const same = publishing.get(key)
      if (same?.draft.kind === kind && same.draft.text === text) return void (await same.done)
      requireAsked(message, call, kind)
      if (draft.saw !== inputHash(call.input))
        throw failed('input-changed', 'its input has changed since it was shown: look at it again')
      if (transport.clientId !== undefined && !isAllowed(message, call)) throw notPermitted(call)
      const size = messageSize(answerMessage(draft, transport.clientId), transport.clientId)
      const limit = transport.maxMessageSize
      if (size > limit) {
        throw failed('answer-too-large', `${sizesOf(size, limit)}: give less, or a link to it`)
      }
      const serial = await begin(key, draft)
      const state = store.getState()
      const now = callIn(selectMessage(state, message.id), call.toolCallId)
      const counts = now?.approval?.answer ?? now?.wanted?.answer
      if (now && counts !== undefined && counts !== serial) throw tooLate(now)
      // Another device of this person was first: the service keeps the first of two messages with one id (P6).
      const kept = state.context.answers.find((answer) => answer.serial === serial)
      if (kept && (kept.kind !== kind || kept.text !== text))
        throw failed('too-late', 'you answered on another device first: that answer counts')
      if (notifyAgent) await continues(message, notifyAgent)
    },
    mayAnswer(given) {
      const { messageId, toolCallId } = idsOf(given)
      const message = selectMessage(store.getState(), messageId)
      const call = callIn(message, toolCallId)
      return message !== undefined && call !== undefined && isAllowed(message, call)
    },
    resume() {
      for (const { key, target, call, kind, saw, text, clientId } of store.getState().context.pendingAnswers) {
        if (publishing.has(key) || (clientId !== undefined && clientId !== transport.clientId)) continue
        // A failure shows in the state: the call asks again.
        void begin(key, { target, call, kind, saw, text }).catch(() => {})
      }
    },
  }

  /** Asks an agent to continue a response, once all of its calls are answered. */
  async function continues({ id, replyTo }: Message, notifyAgent: NotifyAgent): Promise<void> {
    if (replyTo === undefined || selectWaiting(store.getState()).some(({ message }) => message.id === id)) return
    try {
      await notify(notifyAgent, { channelName: transport.name, promptSerial: replyTo, responseSerial: id })
    } catch (cause) {
      const reason = `the answer is on the channel, but no agent could be asked to go on: ${reasonOf(cause)}`
      throw failed('not-notified', `${reason}: retry the response`, cause)
    }
  }
}

function callIn(message: Message | undefined, toolCallId: string): CallPart | undefined {
  return message?.parts.find((part): part is CallPart => 'toolCallId' in part && part.toolCallId === toolCallId)
}

/** @throws ConversationError if nobody asks for such an answer, or if there is one */
function requireAsked(message: Message, call: CallPart, kind: AnswerKind): void {
  const { approval, wanted } = call
  const decides = kind === 'approve' || kind === 'deny'
  const asked = decides ? approval : wanted
  if (!asked) {
    if (approval) throw failed('not-asked', 'it asks for an approval: give { approve }')
    if (wanted) throw failed('not-asked', 'it asks for its output: give { output } or { error }')
    throw failed('not-asked', 'it does not ask for one: answer a call in `waiting`')
  }
  if (asked.answer !== undefined || asked.auto || asked.pending || approval?.approved !== undefined) throw tooLate(call)
  if (message.status === 'deleted' || call.state === 'interrupted')
    throw failed('not-asked', 'its response has ended: send another prompt')
}

function tooLate({ approval, wanted }: CallPart): ConversationError {
  const { by, pending, auto } = approval ?? wanted ?? {}
  const who = pending ? 'it is answered here already' : auto ? 'its time is over' : `${by ?? 'somebody'} answered first`
  return failed('too-late', `${who}: that answer counts`)
}

function notPermitted({ approval, wanted }: CallPart): ConversationError {
  const of = (approval ?? wanted)?.of
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
