import type { Band } from './bands.ts'
import { bandsOf } from './bands.ts'
import type { Entry } from './entry.ts'
import type { Timeline } from './timeline.ts'

/** The median, the 95th percentile and the maximum of values, in milliseconds or characters. */
export interface Spread {
  readonly count: number
  readonly median: number
  readonly p95: number
  readonly most: number
}

/** Figures about the delivery of a conversation. Times are milliseconds, sizes characters. */
export interface Figures {
  readonly events: number
  /** From the first event to the last. */
  readonly duration: number
  readonly responses: number
  readonly appends: number
  /** Appended by the stream, or part of full versions in its place. */
  readonly characters: number
  /** While any response grew: seconds without an append do not count. There is no tokenizer; English has about four characters per token. */
  readonly charactersPerSecond: number
  readonly appendsPerSecond: number
  /** From a response’s create to its first character. */
  readonly firstText: Spread | undefined
  readonly appendSize: Spread | undefined
  /** From the service’s time of publication to the fold; includes the difference of the two clocks. */
  readonly deliveryDelay: Spread | undefined
  /** Live versions that arrived within one frame (16.7 ms), on average: a page gets them in one notification. */
  readonly versionsPerFrame: number
  /** Share of the growth that arrived as full versions instead of appends, 0 to 1. A version does not say how many appends it merges. */
  readonly sentWhole: number
  readonly repairs: number
  readonly gaps: number
  readonly gappedFor: number
  readonly held: number
  readonly ignored: number
  readonly rejected: number
  readonly reconnects: number
  readonly disconnectedFor: number
}

const FRAME = 1000 / 60

export function figuresOf(timeline: Timeline): Figures {
  const { entries, lanes } = timeline
  const counts = new Map<Entry['kind'], number>()
  for (const { kind } of entries) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  const count = (kind: Entry['kind']) => counts.get(kind) ?? 0
  const responses = [...lanes.values()].filter(({ role }) => role === 'assistant')
  const of = new Set(responses.map(({ serial }) => serial))
  const live = entries.filter(({ serial, sent }) => sent !== undefined && serial !== undefined && of.has(serial))
  const appends = live.filter(({ kind }) => kind === 'append')
  const updates = live.filter(({ kind, added }) => kind === 'update' && added > 0)
  const grown = [...appends, ...updates]
  const characters = grown.reduce((sum, { added }) => sum + added, 0)
  const seconds = new Set(grown.map(({ at }) => Math.floor(at / 1000))).size
  const bands = bandsOf(timeline)
  return {
    events: entries.length,
    duration: (entries.at(-1)?.at ?? 0) - timeline.begins,
    responses: responses.length,
    appends: appends.length,
    characters,
    charactersPerSecond: ratio(characters, seconds),
    appendsPerSecond: ratio(grown.length, seconds),
    firstText: spread(responses.flatMap(({ marks }) => untilText(marks))),
    appendSize: spread(appends.map(({ size }) => size)),
    deliveryDelay: spread(live.map(({ at, sent = at }) => at - sent)),
    versionsPerFrame: ratio(live.length, new Set(live.map(({ at }) => Math.floor(at / FRAME))).size),
    sentWhole: ratio(updates.length, grown.length),
    repairs: count('repair'),
    gaps: bands.filter(({ kind }) => kind === 'gapped').length,
    gappedFor: lasted(timeline, bands, 'gapped'),
    held: count('held'),
    ignored: count('ignored'),
    rejected: count('rejected'),
    reconnects: bands.filter(({ kind, to }) => kind === 'disconnected' && to !== undefined).length,
    disconnectedFor: lasted(timeline, bands, 'disconnected'),
  }
}

/** Time to first text; none for a response whose start is not in the log. */
function untilText(marks: readonly Entry[]): readonly number[] {
  const [create] = marks
  const text = marks.find(({ added }) => added > 0)
  return create?.kind === 'create' && text ? [text.at - create.at] : []
}

function lasted({ entries, first, begins }: Timeline, bands: readonly Band[], kind: Band['kind']): number {
  const at = (index: number) => Math.max(entries[index - first]?.at ?? 0, begins)
  const last = first + entries.length - 1
  return bands.reduce((sum, band) => (band.kind === kind ? sum + at(band.to ?? last) - at(band.from) : sum), 0)
}

function spread(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined
  // A typed array, because it sorts numbers many times faster.
  const sorted = new Float64Array(values).sort()
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!
  return { count: sorted.length, median: at(0.5), p95: at(0.95), most: sorted.at(-1)! }
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.round((part / whole) * 100) / 100
}
