import type { Invitation } from '../data/outbox.ts'
import { calculate } from '../tools/calculate.ts'
import type { ChartRow } from '../tools/emitter.ts'
import { dictatedIn } from './compose-answer.ts'

/** A call of a tool that answers a part of the question. */
export type PlannedCall =
  | { readonly tool: 'searchDocs'; readonly input: { readonly query: string } }
  | { readonly tool: 'calculator'; readonly input: { readonly expression: string } }
  | { readonly tool: 'chart'; readonly input: { readonly title: string; readonly rows: readonly ChartRow[] } }
  | { readonly tool: 'sendInvitation'; readonly input: Invitation }
  | { readonly tool: 'timeZoneAndLanguage'; readonly input: Readonly<Record<string, never>> }

/** What the demo model does before it answers. */
export interface Plan {
  /** What it thinks; empty for a question that needs none. */
  readonly reasoning: string
  readonly calls: readonly PlannedCall[]
}

const nextOrder =
  /\s*(?:,|;|\.)?\s+(?:and|then|and then)\s+(?:please\s+)?(?=(?:calculate|compute|draw|plot|search|show|look|invite|send (?:an )?invitations?|tell me|what(?:’s|'s)?)\b)|\s*[,;]\s+(?=(?:please\s+)?(?:calculate|compute|draw|plot|search|invite)\b)/i

/**
 * Finds in a question what the tools can do: `search the docs for …`, `calculate …`, `draw a chart of …`, `invite … to …`, `what time is it here`,
 * several with `and` or a comma between them. `think about …` adds reasoning. Other questions need no plan.
 *
 * @param sample rows of a chart for which the question has no numbers
 */
export function planFor(question: string, sample: readonly ChartRow[] = []): Plan {
  if (dictatedIn(question) !== undefined) return { reasoning: '', calls: [] }
  const calls = question
    // One space at most between words: the expressions below could divide a long run of them in many ways, which would take hours.
    .replace(/\s+/g, ' ')
    .split(nextOrder)
    .flatMap(
      (order) =>
        invitationsIn(order) ?? placeIn(order) ?? searchIn(order) ?? chartIn(order, sample) ?? calculationIn(order) ?? [],
    )
  if (calls.length > 0) return { reasoning: `${calls.map(intention).join(' ')}${ending(calls.length)}`, calls }
  const [, topic] = /^\s*think (?:hard |step by step )?(?:about|of)\s+(.+)/is.exec(question) ?? []
  if (topic === undefined) return { reasoning: '', calls }
  const about = topic.trim().slice(0, 80)
  const steps =
    'First I look for a passage about it. If there is none, I say so. Then I write the answer in the words of that passage.'
  return { reasoning: `The question is about “${about}”. ${steps}`, calls }
}

/** Invitations that one question can be for. */
const MOST_INVITATIONS = 20

/** Characters that are looked at. */
const LONGEST_INVITATION = 4_000

/** One for each person. */
function invitationsIn(order: string): readonly PlannedCall[] | undefined {
  const words = order.slice(0, LONGEST_INVITATION).trim()
  const [, rest = ''] = /^(?:please )?(?:invite|send (?:an? )?invitations? to) (.+?)[.!?]?$/i.exec(words) ?? []
  const [whom = '', ...purposes] = rest.split(/ (?:to|for) /i)
  const purpose = purposes.join(' to ') || 'a meeting'
  const people = whom.split(/ ?[,;] ?(?:and )?| and /i).filter((name) => name.trim() !== '')
  if (people.length === 0) return undefined
  const subject = `Invitation to ${purpose}`.slice(0, 120)
  return people.slice(0, MOST_INVITATIONS).map((name) => {
    const to = name.slice(0, 200)
    return { tool: 'sendInvitation', input: { to, subject, text: `Hello ${to}, you are invited to ${purpose.slice(0, 500)}.` } }
  })
}

function placeIn(order: string): PlannedCall | undefined {
  const isAsked =
    /\bwhat time is it\b|\b(?:my|which|what) (?:local time|time ?zone)\b|\b(?:my|which|what) languages? (?:do i|does my|is my|are my)\b/i.test(
      order,
    )
  return isAsked ? { tool: 'timeZoneAndLanguage', input: {} } : undefined
}

function searchIn(order: string): PlannedCall | undefined {
  const [, query] =
    /\b(?:search|look)\b(?:\s+(?:for|up))?\s+(.+?)\s+in the (?:docs|documentation)\b/is.exec(order) ??
    /\b(?:search|look (?:up|in|through)|find)\b.*?\b(?:docs|documentation)\b(?:\s+(?:for|about|on))?\s*[:“"]?\s*(.+)/is.exec(
      order,
    ) ??
    []
  const words = query?.replace(/[?!.”"\s]+$/, '').slice(0, 200) ?? ''
  return words === '' ? undefined : { tool: 'searchDocs', input: { query: words } }
}

function chartIn(order: string, sample: readonly ChartRow[]): PlannedCall | undefined {
  const [, what = ''] =
    /\b(?:draw|show|plot|make)\b[^.:]*?\b(?:bar )?(?:chart|graph)\b\s*(?:of|for|with|:)?\s*(.*)/is.exec(order) ?? []
  if (!/\b(?:draw|show|plot|make)\b[^.:]*?\b(?:chart|graph)\b/i.test(order)) return undefined
  const rows = Array.from(
    what.matchAll(/(\p{L}[\p{L} _-]{0,60}?)\s*[:=]?\s*(-?\d{1,12}(?:\.\d{1,6})?)(?![\d.])/gu),
    ([, label = '', value]) => ({
      label: label.replace(/^(?:and|of|for|with)\s+/i, '').trim(),
      value: Number(value),
    }),
  )
  if (rows.length > 1) return { tool: 'chart', input: { title: 'Values from the question', rows: rows.slice(0, 24) } }
  return sample.length === 0
    ? undefined
    : { tool: 'chart', input: { title: 'Words of each page of the documentation', rows: sample } }
}

function calculationIn(order: string): PlannedCall | undefined {
  const [, isOrder, rest = ''] = /\b(?:(calculate|compute|work out)|what(?: is|’s|'s)|how much is)\s+(.+)/is.exec(order) ?? []
  const expression = rest.replace(/\s*(?:=|[?!.\s])+\s*$/, '').replace(/\s*\bplease\b.*$/i, '')
  // A question is one for the calculator only if it is an expression: “what is 5G” is none. An order is also passed on with a mistake in it.
  if (!/\d/.test(expression) || !/[-+*/%^×÷(]/.test(expression)) return undefined
  if (isOrder === undefined && !isExpression(expression)) return undefined
  return { tool: 'calculator', input: { expression: expression.slice(0, 200) } }
}

function isExpression(text: string): boolean {
  try {
    calculate(text)
    return true
  } catch {
    return false
  }
}

function intention(call: PlannedCall): string {
  switch (call.tool) {
    case 'searchDocs':
      return `The documentation may say something about “${call.input.query}”, so I search it.`
    case 'calculator':
      return `${call.input.expression} is for the calculator, because I would only guess.`
    case 'chart':
      return `${call.input.rows.length} rows are easier to read as a chart.`
    case 'sendInvitation':
      return `${call.input.to} is to be invited, which needs an approval.`
    case 'timeZoneAndLanguage':
      return 'Only the browser knows where the reader is, so I ask it.'
    default:
      return call satisfies never
  }
}

function ending(count: number): string {
  return count > 1 ? ' None of these needs the result of another, so I call the tools at the same time.' : ''
}
