import type { SVGTemplateResult, TemplateResult } from 'lit'
import { html, nothing, svg } from 'lit'
import type { MachineGraph, MachineStep } from '../../model/machine-graph.ts'
import { machineGraphs } from '../../model/machine-graph.ts'
import { findMessage } from '../../model/find-message.ts'
import type { Track } from '../../model/track.ts'
import { segmentAt } from '../../model/track.ts'
import type { View } from '../view.ts'

const ROW = 26
/** Where the arcs start: right of the longest name. */
const ARCS = 128
const WIDTH = 440

let graphs: ReturnType<typeof machineGraphs> | undefined

/** The channel's machine, and the machines of one response: the one at the cursor, or the newest. */
export function machinesPane(view: View): TemplateResult {
  const { inspection } = view
  const { timeline, cursor } = inspection
  graphs ??= machineGraphs()
  const at = cursor ?? timeline.next
  const chosen = inspection.moment?.entry.serial
  const lanes = [...timeline.lanes.values()].filter(({ role }) => role === 'assistant')
  const lane =
    lanes.find(({ serial }) => serial === chosen) ?? lanes.findLast(({ serial }) => findMessage(inspection.shown, serial))
  return html`
    ${diagram(graphs.channel, timeline.channel, at)}
    ${
      lane
        ? html`<p class="quiet">${view.nameOf(lane.serial)}</p>
            ${diagram(graphs.status, lane.status, at)} ${diagram(graphs.continuity, lane.continuity, at)}`
        : html`<p class="quiet">No response yet.</p>`
    }
  `
}

/** Draws states below each other and steps as arcs: the present state, the state before it, and possible next states. */
function diagram({ title, states, steps }: MachineGraph, track: Track, at: number): TemplateResult {
  const current = segmentAt(track, at)
  const before = current && segmentAt(track, current.index - 1)
  const last = current?.event && before ? { from: before.value, to: current.value, event: current.event } : undefined
  const yOf = (state: string) => states.indexOf(state) * ROW + ROW / 2
  const ways = steps.filter(({ from }) => from === current?.value)
  const others = steps.filter((step) => step.from !== current?.value)
  const summary = `${title}: ${current?.value ?? 'not begun'}${last ? `, by ${last.event} from ${last.from}` : ''}`
  return html`<figure class="machine" data-machine=${title}>
    <figcaption>${title}</figcaption>
    <svg viewBox="0 0 ${WIDTH} ${states.length * ROW}" role="img" aria-label=${summary}>
      ${others.map((step) => arc(step, yOf, 'other'))} ${ways.map((step) => arc(step, yOf, 'way'))}
      ${last ? arc(last, yOf, 'last') : nothing}
      ${states.map((state) => stateOf(state, yOf(state), state === current?.value, state === last?.from, wayTo(state, ways, last)))}
    </svg>
  </figure>`
}

function stateOf(
  state: string,
  y: number,
  current: boolean,
  left: boolean,
  way: { readonly event: string; readonly last: boolean } | undefined,
): SVGTemplateResult {
  return svg`<g class="state" data-current=${current} data-left=${left}>
    ${current ? svg`<rect x="0.75" y=${y - 10.5} width=${ARCS - 8} height="21" rx="6"/>` : nothing}
    <circle cx="11" cy=${y} r="3.5"/>
    <text x="22" y=${y + 4}>${state}</text>
    ${way ? svg`<text class=${way.last ? 'event last' : 'event'} x=${WIDTH - 2} y=${y + 4} text-anchor="end">${way.event}</text>` : nothing}
  </g>`
}

/** The events that lead to a state from here, or have just led here. */
function wayTo(state: string, ways: readonly MachineStep[], last: MachineStep | undefined) {
  if (last?.to === state) return { event: last.event, last: true }
  const events = ways.filter(({ to }) => to === state).map(({ event }) => event)
  return events.length > 0 ? { event: events.join(', '), last: false } : undefined
}

function arc({ from, to }: MachineStep, yOf: (state: string) => number, kind: 'other' | 'way' | 'last'): SVGTemplateResult {
  const [a, b] = [yOf(from), yOf(to)]
  const reach = ARCS + 14 + Math.abs(b - a) * 0.42
  return svg`<path class="arc ${kind}" d="M${ARCS} ${a} C${reach} ${a} ${reach} ${b} ${ARCS} ${b}"/>`
}
