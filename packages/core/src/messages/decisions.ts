import type { Answer, AnswerKind } from '../protocol/answer.ts'
import { isOfOutput } from '../protocol/answer.ts'
import { inputHash } from '../protocol/input-hash.ts'
import type { Approval, DynamicToolPart, LateAnswer, ToolPart, Wanted } from '../protocol/part.ts'
import { memo } from '../shared/memo.ts'

/** A call of a tool. */
export type CallPart = ToolPart | DynamicToolPart

/** The author of a prompt. Undefined in the place of it: the prompt is not known. */
export interface Author {
  readonly clientId: string | undefined
}

/**
 * Whether a client may answer a call: it is among those who are asked, or, where the call names nobody, it is the author of the prompt.
 *
 * @param prompt the prompt that the response answers; undefined if it is not known
 * @param permitted what `permissions.mayAnswer` says of the client. Default: nothing
 */
export function mayDecide(
  call: CallPart,
  prompt: Author | undefined,
  clientId: string | undefined,
  permitted?: boolean,
): boolean {
  return isAllowed(call.wanted ?? call.approval, prompt, clientId, permitted)
}

function isAllowed(
  asked: Approval | Wanted | undefined,
  prompt: Author | undefined,
  clientId: string | undefined,
  permitted: boolean | undefined,
): boolean {
  if (permitted !== undefined) return permitted
  if (asked?.of) return clientId !== undefined && asked.of.includes(clientId)
  return prompt !== undefined && prompt.clientId === clientId
}

/** What a call asks for: the approval of a person, or the output of a page. It may ask for one after the other. */
export type Asked = 'approval' | 'wanted'

/** What an answer is an answer to. */
export function answerTo(kind: AnswerKind): Asked {
  return isOfOutput(kind) ? 'wanted' : 'approval'
}

/** What the call asks for of the kind that an answer has. */
export function askedFor(call: CallPart, kind: AnswerKind): Approval | Wanted | undefined {
  return call[answerTo(kind)]
}

/** Whether an answer is by someone who may give it. */
export function isByAllowed({ kind, clientId, permitted }: Answer, call: CallPart, prompt: Author | undefined): boolean {
  return isAllowed(askedFor(call, kind), prompt, clientId, permitted)
}

/** Whether an answer is about the input that the call has. */
export function isAboutInput({ saw, matches, unbound }: Answer, call: CallPart): boolean {
  return unbound ?? matches ?? saw === hashOfInput(call)
}

/** Whether an answer may decide, if it comes in time. */
function counts(answer: Answer, call: CallPart, prompt: Author | undefined): boolean {
  return (
    !answer.withdrawn &&
    askedFor(call, answer.kind) !== undefined &&
    isByAllowed(answer, call, prompt) &&
    isAboutInput(answer, call)
  )
}

/** Whether an answer came after the time that the call gives. */
export function isOverdue({ at, kind }: Answer, call: CallPart): boolean {
  const until = askedFor(call, kind)?.until
  return until !== undefined && at > until
}

/** What the answers to a call say: the one that decides, and those that came too late. */
export interface Ruling {
  readonly decision: Answer | undefined
  readonly late: readonly Answer[]
}

/**
 * Rules on what a call asks for: of the answers that may decide, the one with the smallest serial does. A decision in the response itself counts
 * before all answers.
 *
 * @param answers those to this call, in the order of their serials
 * @param endedAt the version with which the response has ended: an answer comes too late then
 */
export function rule(
  call: CallPart,
  asked: Asked,
  answers: readonly Answer[],
  prompt: Author | undefined,
  endedAt: string | undefined,
): Ruling {
  const valid = answers.filter((answer) => answerTo(answer.kind) === asked && counts(answer, call, prompt))
  const decided = decidedIn(call, asked)
  if (decided) {
    // Agents of other formats do not say which answer they took.
    const isSaid = decided.answer !== undefined || decided.auto !== undefined
    const late = valid.filter(({ serial, unbound }) => serial !== decided.answer && (isSaid || unbound !== true))
    return { decision: undefined, late }
  }
  const isLate = ({ serial, unbound }: Answer) => endedAt !== undefined && (unbound !== true || serial > endedAt)
  const decision = valid.find((answer) => !isLate(answer) && !isOverdue(answer, call))
  return { decision, late: decision ? valid.filter((answer) => answer !== decision) : valid }
}

/** The decision that the frames of a response have: what they say of it, or that there is none to be made any more. */
export function decidedIn(call: CallPart, asked: Asked): Pick<Approval, 'answer' | 'auto'> | undefined {
  const { approval, wanted, state } = call
  // The output is asked for after the approval.
  if (wanted && asked === 'approval') return approval
  if (wanted) {
    const isOpen =
      state === 'input-streaming' || state === 'input-available' || state === 'approval-responded' || state === 'interrupted'
    return wanted.answer !== undefined || wanted.auto !== undefined || !isOpen ? wanted : undefined
  }
  if (!approval) return undefined
  return approval.approved !== undefined || (state !== 'approval-requested' && state !== 'interrupted') ? approval : undefined
}

/** An answer that came too late, as a part shows it. */
export function lateAnswer({ serial, clientId, kind, at }: Answer): LateAnswer {
  return {
    serial,
    ...(clientId !== undefined && { by: clientId }),
    ...(!isOfOutput(kind) && { approved: kind === 'approve' }),
    at,
  }
}

const hashOfInput = memo(({ input }: CallPart) => inputHash(input))
