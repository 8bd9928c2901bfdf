interface TraceEvent {
  readonly name: string
  readonly ph: string
  readonly pid: number
  readonly tid: number
  /** Microseconds: when it began, how long it took, and for how much of that it had a processor. */
  readonly ts: number
  readonly dur?: number
  readonly tdur?: number
  readonly args: { readonly name?: string }
}

/**
 * What runs script. The reactions of promises are an event of their own, and Chromium's `ScriptDuration` leaves them out:
 * Vue draws in them, and AI SDK reads its stream in them.
 */
const script: ReadonlySet<string> = new Set(['FunctionCall', 'EvaluateScript', 'RunMicrotasks', 'MinorGC', 'MajorGC'])
/** What script may cause at once, and is counted by itself. */
const layout: ReadonlySet<string> = new Set(['UpdateLayoutTree', 'Layout'])

/** Microseconds of processor time that the page's main thread spent in script, garbage collection included. */
export function scriptOf(trace: Buffer): number {
  const counted = mainThread(trace).filter(({ name }) => script.has(name) || layout.has(name))
  const open: TraceEvent[] = []
  let total = 0
  for (const event of counted) {
    while (open.length > 0 && endOf(open.at(-1)!) <= event.ts) open.pop()
    const around = open.at(-1)
    open.push(event)
    const inScript = around !== undefined && script.has(around.name)
    if (script.has(event.name) && !inScript) total += event.tdur ?? 0
    if (layout.has(event.name) && inScript) total -= event.tdur ?? 0
  }
  return total
}

/** Milliseconds of processor time of each task of the page's main thread. */
export function tasksOf(trace: Buffer): readonly number[] {
  return mainThread(trace)
    .filter(({ name }) => name === 'RunTask')
    .map(({ tdur = 0 }) => tdur / 1000)
}

/** Its events in the order in which they began, what is around another before it. */
function mainThread(trace: Buffer): readonly TraceEvent[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: readonly TraceEvent[] } // Chromium's trace format.
  const threads = traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
  const main = new Set(threads.map(({ pid, tid }) => `${pid} ${tid}`))
  return traceEvents
    .filter(({ ph, pid, tid }) => ph === 'X' && main.has(`${pid} ${tid}`))
    .toSorted((a, b) => a.ts - b.ts || endOf(b) - endOf(a))
}

function endOf({ ts, dur = 0 }: TraceEvent): number {
  return ts + dur
}
