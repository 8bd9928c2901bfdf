import type { Answer, AnswerKind } from '../protocol/answer.ts'
import { inputHash } from '../protocol/input-hash.ts'
import type { DynamicToolPart, LateAnswer, ToolPart } from '../protocol/part.ts'
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
  return isAllowed((call.wanted ?? call.approval)?.of, prompt, clientId, permitted)
}

function isAllowed(
  of: readonly string[] | undefined,
  prompt: Author | undefined,
  clientId: string | undefined,
  permitted: boolean | undefined,
): boolean {
  if (permitted !== undefined) return permitted
  if (of) return clientId !== undefined && of.includes(clientId)
  return prompt !== undefined && prompt.clientId === clientId
}

/** Why an answer changes nothing, in a sentence; undefined for an answer that may decide. */
export function objectionTo(answer: Answer, call: CallPart | undefined, prompt: Author | undefined): string | undefined {
  if (answer.withdrawn) return 'it was withdrawn'
  if (!call) return 'the response has no such call'
  const asked = isOfOutput(answer.kind) ? call.wanted : call.approval
  if (!asked) {
    if (call.approval) return 'the call asks for an approval, not for an output'
    return call.wanted ? 'the call asks for an output, not for an approval' : 'nobody was asked about this call'
  }
  if (!isAllowed(asked.of, prompt, answer.clientId, answer.permitted))
    return answer.permitted === undefined && !asked.of && !prompt
      ? 'the prompt is not known, so nobody knows whether its author answers'
      : `${answer.clientId ?? 'a client without an id'} may not answer this call`
  const matches = answer.matches ?? answer.saw === hashOfInput(call)
  return matches ? undefined : 'the input has changed since: the answer is about another input'
}

/** Whether an answer came after the time that the call gives. */
export function isOverdue({ at, kind }: Answer, call: CallPart): boolean {
  const until = (isOfOutput(kind) ? call.wanted : call.approval)?.until
  return until !== undefined && at > until
}

/** What the answers to a call say: the one that decides, and those that came too late. */
export interface Ruling {
  readonly decision: Answer | undefined
  readonly late: readonly Answer[]
}

/**
 * Rules on a call: of the answers that may decide, the one with the smallest serial does. A decision in the response itself counts before all
 * answers.
 *
 * @param answers those to this call, in the order of their serials
 * @param ended whether the response has ended: then an answer comes too late
 */
export function rule(call: CallPart, answers: readonly Answer[], prompt: Author | undefined, ended: boolean): Ruling {
  const valid = answers.filter((answer) => objectionTo(answer, call, prompt) === undefined)
  const decided = decidedIn(call)
  if (decided) return { decision: undefined, late: valid.filter(({ serial }) => serial !== decided.answer) }
  const decision = ended ? undefined : valid.find((answer) => !isOverdue(answer, call))
  return { decision, late: decision ? valid.filter((answer) => answer !== decision) : valid }
}

/** The decision that the frames of a response have: what they say of it, or that there is none to be made any more. */
export function decidedIn(call: CallPart): { readonly answer?: string } | undefined {
  const { approval, wanted, state } = call
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

export function isOfOutput(kind: AnswerKind): boolean {
  return kind === 'output' || kind === 'fault'
}

const hashOfInput = memo(({ input }: CallPart) => inputHash(input))
