import type { Approval, CallPart, ConnectionStatus, Conversation, LateAnswer, Wanted } from '@streamfold/core'
import { mayDecide, selectMessage } from '@streamfold/core'
import type { Tone } from '../chat/connection-view.ts'
import { texts } from '../chat/texts.ts'
import { timeText } from '../chat/time-text.ts'
import { clientTools } from './client-tools.ts'
import type { FieldLine } from './field-lines.ts'
import { fieldLines } from './field-lines.ts'

/** What a card shows of a call about which people are asked, or which a page runs. */
export interface AskView {
  /** What is decided on; of a call that a page runs, what the page gives away. */
  readonly fields: readonly FieldLine[]
  /** The heading of the fields. */
  readonly label: string
  /** Why it is asked, and until when; empty if nothing is said. */
  readonly request: string
  /** Whether the reader can decide now. */
  readonly open: boolean
  /** The decision, with who and when, or who has to decide; empty while the reader can. */
  readonly decision: string
  readonly tone: Tone
  /** Answers that came too late. */
  readonly late: readonly string[]
}

/** The surroundings of a call that change how it is shown. */
export interface AskContext {
  /** The reader's client id. */
  readonly clientId: string
  /** Whether the reader may decide. */
  readonly allowed: boolean
  readonly connectionStatus: ConnectionStatus
  /** No more is expected of the response. */
  readonly settled: boolean
  /** Local time. */
  readonly now: number
}

/** Undefined for a call about which nobody is asked. */
export function askView(part: CallPart, context: AskContext): AskView | undefined {
  const { approval, wanted, state } = part
  if (state === 'input-streaming') return undefined
  if (wanted) return wantedView(part, wanted, context)
  return approval && approvalView(part, approval, context)
}

/** Whether the reader may answer a call, as far as the conversation is known. */
export function mayAnswerCall(state: Conversation, id: string, part: CallPart, clientId: string): boolean {
  const { replyTo } = selectMessage(state, id) ?? {}
  return mayDecide(part, replyTo === undefined ? undefined : selectMessage(state, replyTo), clientId)
}

function approvalView(part: CallPart, approval: Approval, context: AskContext): AskView {
  const { clientId, allowed, settled, now } = context
  const unanswered = part.state === 'approval-requested' && !settled
  const view = {
    fields: fieldLines(part.input),
    label: unanswered ? texts.ask.input : texts.ask.wasInput,
    request: requestOf(approval, unanswered, now),
    open: unanswered && allowed,
    late: lateLines(approval.late, context),
  }
  if (unanswered) return { ...view, decision: allowed ? '' : whoDecides(approval, texts.ask.onlyDecides), tone: 'warn' }
  const { approved, pending, auto, reason, at } = approval
  if (approved === undefined) return { ...view, decision: texts.ask.undecided, tone: 'warn' }
  if (auto) return { ...view, decision: texts.ask.tooSlow, tone: 'quiet' }
  const verb = approved ? texts.tool.approved : texts.tool.denied
  const by = approval.by === undefined && !pending ? '' : ` by ${nameOf(pending ? clientId : approval.by, clientId)}`
  const when = at === undefined || pending ? '' : `, ${timeText(at, now)}`
  const why = reason === undefined || reason.trim() === '' ? '' : `: ${reason}`
  const decision = `${verb}${by}${when}${why}`
  return { ...view, decision: pending ? `${decision}. ${sending(context)}` : decision, tone: approved ? 'good' : 'quiet' }
}

function wantedView(part: CallPart, wanted: Wanted, context: AskContext): AskView {
  const { clientId, allowed, settled, now } = context
  const { by, at, answer, auto, pending } = wanted
  const answered = answer !== undefined || pending === true
  const open = !answered && !auto && !settled && (part.state === 'input-available' || part.state === 'approval-responded')
  const gives = open && allowed ? toolOf(part) : undefined
  const given = part.state === 'output-available' ? fieldLines(part.output) : fieldLines(gives?.())
  const view = {
    fields: given,
    label: open ? texts.ask.gives : texts.ask.gave,
    request: requestOf(wanted, open, now),
    // The page answers by itself: it gives away nothing that a server does not read from its requests.
    open: false,
    late: lateLines(wanted.late, context),
  }
  if (open)
    return {
      ...view,
      decision: allowed ? (gives ? texts.ask.answering : texts.ask.noTool) : whoDecides(wanted, texts.ask.onlyGives),
      tone: 'busy',
    }
  if (auto) return { ...view, decision: texts.ask.noPage, tone: 'quiet' }
  if (!answered) return { ...view, decision: texts.ask.undecided, tone: 'warn' }
  if (part.state === 'output-error') return { ...view, decision: texts.ask.pageFailed, tone: 'bad' }
  const decision = `${texts.ask.given} ${nameOf(pending ? clientId : by, clientId)}${at === undefined || pending ? '' : `, ${timeText(at, now)}`}`
  return { ...view, decision: pending ? `${decision}. ${sending(context)}` : decision, tone: 'good' }
}

/** What this page runs for a call. */
function toolOf(part: CallPart): (() => unknown) | undefined {
  const name = part.type === 'dynamic-tool' ? part.toolName : part.type.slice('tool-'.length)
  return Object.hasOwn(clientTools, name) ? clientTools[name as keyof typeof clientTools] : undefined // It has that name.
}

function requestOf({ requestReason = '', until }: Approval | Wanted, open: boolean, now: number): string {
  const time = open && until !== undefined ? `${texts.ask.until} ${timeText(until, now)}.` : ''
  return [requestReason.trim(), time].filter((sentence) => sentence !== '').join(' ')
}

function whoDecides({ of }: Approval | Wanted, sentence: string): string {
  return `${sentence} ${of ? of.join(', ') : texts.ask.author}.`
}

/** The page has sent the decision, or keeps it until it can. */
function sending({ connectionStatus }: AskContext): string {
  return connectionStatus === 'live' || connectionStatus === 'catching-up' ? texts.ask.sending : texts.ask.kept
}

function lateLines(late: readonly LateAnswer[] = [], { clientId, now }: AskContext): readonly string[] {
  return late.map(({ by, approved, at }) => {
    const did = approved === undefined ? texts.ask.answered : approved ? texts.ask.didApprove : texts.ask.didDeny
    return `${texts.ask.tooLate}: ${nameOf(by, clientId)} ${did}, ${timeText(at, now)}`
  })
}

function nameOf(by: string | undefined, me: string): string {
  return by === me ? texts.ask.you : (by ?? texts.ask.somebody)
}
