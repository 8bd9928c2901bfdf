import type { ConversationContext } from '../fold/conversation.ts'
import { hasEnded } from '../fold/standing.ts'
import type { Answer, AnswerDraft, PendingAnswer } from '../protocol/answer.ts'
import { contentsOf } from '../protocol/answer.ts'
import type { Message } from '../protocol/message.ts'
import { kept } from '../shared/kept.ts'
import { isObject } from '../shared/json.ts'
import { memo } from '../shared/memo.ts'
import type { Asked, Author, CallPart, Ruling } from './decisions.ts'
import { answerTo, decidedIn, lateAnswer, rule } from './decisions.ts'
import { callAt, indexOf, shareIndex } from './part-index.ts'

/** Answers to the calls of one response. */
export interface AnswersOf {
  readonly answers: readonly Answer[]
  readonly pending: readonly PendingAnswer[]
}

/** Answers by the serial that they name, each with those of the channel and this client's own. The same for the same context. */
export function answersByTarget(context: ConversationContext): ReadonlyMap<string, AnswersOf> {
  return context.pendingAnswers.length === 0 ? indexed(context.answers) : withPending(context)
}

const withPending = memo(({ answers, pendingAnswers }: ConversationContext): ReadonlyMap<string, AnswersOf> => {
  const all = new Map(indexed(answers))
  for (const one of pendingAnswers) {
    const { answers = none, pending = none } = all.get(one.target) ?? {}
    all.set(one.target, { answers, pending: [...pending, one] })
  }
  return all
})

const none: readonly never[] = []

const indexed = memo((answers: readonly Answer[]): ReadonlyMap<string, AnswersOf> => {
  const index = new Map<string, { answers: Answer[]; pending: readonly PendingAnswer[] }>()
  for (const answer of answers) {
    const known = index.get(answer.target)
    if (known) known.answers.push(answer)
    else index.set(answer.target, { answers: [answer], pending: none })
  }
  return index
})

interface Known extends AnswersOf {
  readonly prompt: Author | undefined
  readonly endedAt: string | undefined
  readonly part: CallPart
}

/** The answered part of each part. */
const answeredParts = kept<CallPart, Known>()

/** A message with what people answered to its calls. */
interface Overlay {
  readonly own: AnswersOf
  readonly prompt: Author | undefined
  readonly endedAt: string | undefined
  readonly message: Message
  readonly result: Message
  /** Indexes of the parts that have answers. */
  readonly places: Set<number>
}

/** By the parts without answers. An append goes on from those before it, so that not every answer is looked at again. */
const overlays = kept<Message['parts'], Overlay>()

/** The message with what people answered to its calls; the same object while that is the same. @param prompt the prompt that it answers */
export function answered(message: Message, own: AnswersOf, prompt: Author | undefined): Message {
  const { parts } = message
  const endedAt = hasEnded(message) ? message.version : undefined
  const isOfSame = (one: Overlay | undefined) => one?.own === own && one.endedAt === endedAt && isSameAuthor(one.prompt, prompt)
  const known = overlays.get(parts)
  if (known?.message === message && isOfSame(known)) return known.result
  const index = indexOf(parts)
  const before = index?.before && overlays.get(index.before)
  const goesOn = index && before && isOfSame(before)
  const calls = byCall(own)
  const places = goesOn ? before.places : new Set<number>()
  const all = (goesOn ? before.result : message).parts.slice()
  for (const at of goesOn ? index.changed : [...calls.keys()].map((call) => callAt(parts, call))) {
    const part = parts[at]
    if (!part) continue
    const answers = 'toolCallId' in part ? calls.get(part.toolCallId) : undefined
    const call = answers && asked(part as CallPart, answers) // It has an id.
    const given = call && answers && answeredPart(call, answers, prompt, endedAt)
    const next = given && given !== call ? given : part
    all[at] = next
    if (next === part) places.delete(at)
    else places.add(at)
  }
  const isKnown = known?.message === message && isSame(all, known.result.parts)
  const result = places.size === 0 ? message : isKnown ? known.result : { ...message, parts: all }
  overlays.set(parts, { own, prompt, endedAt, message, result, places })
  if (result !== message) shareIndex(parts, result.parts)
  return result
}

function isSameAuthor(a: Author | undefined, b: Author | undefined): boolean {
  return a?.clientId === b?.clientId && (a === undefined) === (b === undefined)
}

const byCall = memo(({ answers, pending }: AnswersOf): ReadonlyMap<string, AnswersOf> => {
  const calls = new Map<string, { readonly answers: Answer[]; readonly pending: PendingAnswer[] }>()
  const of = ({ call }: AnswerDraft) => {
    const known = calls.get(call) ?? { answers: [], pending: [] }
    calls.set(call, known)
    return known
  }
  for (const answer of answers) of(answer).answers.push(answer)
  for (const answer of pending) of(answer).pending.push(answer)
  return calls
})

/** Agents of other formats do not say which calls a page runs. */
function asked(part: CallPart, { answers, pending }: AnswersOf): CallPart | undefined {
  if (part.approval ?? part.wanted) return part
  const isOpen = part.state === 'input-available' || part.state === 'interrupted'
  const isGiven =
    pending.some(({ kind }) => answerTo(kind) === 'wanted') ||
    answers.some(({ unbound, kind }) => unbound === true && answerTo(kind) === 'wanted')
  if (!isOpen || !isGiven) return undefined
  const known = wanting.get(part) ?? changed(part, { wanted: { id: part.toolCallId } })
  wanting.set(part, known)
  return known
}

const wanting = kept<CallPart, CallPart>()

function answeredPart(
  part: CallPart,
  { answers, pending }: AnswersOf,
  prompt: Author | undefined,
  endedAt: string | undefined,
): CallPart {
  const known = answeredParts.get(part)
  const same =
    known !== undefined &&
    known.endedAt === endedAt &&
    isSameAuthor(known.prompt, prompt) &&
    isSame(known.answers, answers) &&
    isSame(known.pending, pending)
  if (same) return known.part
  const next = (['approval', 'wanted'] as const).reduce((given, asked) => {
    if (!part[asked]) return given
    const ruling = rule(part, asked, answers, prompt, endedAt)
    const isOpen = !ruling.decision && endedAt === undefined && !decidedIn(part, asked)
    const own = isOpen ? pending.find(({ kind }) => answerTo(kind) === asked) : undefined
    return withAnswer(given, asked, ruling, own)
  }, part)
  answeredParts.set(part, { answers, pending, prompt, endedAt, part: next })
  return next
}

function isSame(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((each, at) => each === b[at])
}

function withAnswer(part: CallPart, name: Asked, { decision, late }: Ruling, own: PendingAnswer | undefined): CallPart {
  const shown = decision ?? own
  const given = shown && contentsOf(shown)
  if (!given && late.length === 0) return part
  const asked = {
    ...(shown && given && { ...(shown.clientId !== undefined && { by: shown.clientId }), at: shown.at }),
    ...(decision && given ? { answer: decision.serial } : own && given ? { pending: true } : {}),
    ...(late.length > 0 && { late: late.map(lateAnswer) }),
  }
  if (!shown || !given) return changed(part, { [name]: { ...part[name], ...asked } })
  const fields = isObject(given.value) ? given.value : {}
  switch (shown.kind) {
    case 'approve':
    case 'deny': {
      const reason = typeof fields['reason'] === 'string' ? { reason: fields['reason'] } : {}
      const approval = { ...part.approval, ...asked, approved: shown.kind === 'approve', ...reason }
      return changed(part, { state: 'approval-responded', approval })
    }
    case 'output':
      return changed(part, { state: 'output-available', output: given.value, wanted: { ...part.wanted, ...asked } })
    case 'fault':
      return changed(part, { state: 'output-error', errorText: fields['error'], wanted: { ...part.wanted, ...asked } })
    default:
      return shown.kind satisfies never
  }
}

/** A spread would call the getters of input and output, which parse JSON. */
function changed(part: CallPart, fields: Readonly<Record<string, unknown>>): CallPart {
  const all = Object.getOwnPropertyDescriptors(part)
  const next = Object.entries(fields).map(([name, value]) => [name, { value, enumerable: true, configurable: true }])
  return Object.defineProperties({}, { ...all, ...Object.fromEntries(next) }) as CallPart // The fields of a call, and changed ones.
}
