import type { Link } from '../src/harness/link.ts'
import type { Step } from '../src/harness/step.ts'
import type { Patience } from '../src/harness/world.ts'
import type { Agent, Layer, Page, ShownMessage, ShownPart, ShownStatus, Stage, Turn } from '../src/layer.ts'

/** Time that passes only where a law waits, and is given to all that is ready. */
export function virtualPatience(): Patience {
  let time = 0
  return {
    now: () => time,
    async pause(milliseconds) {
      time += milliseconds
      // What is resolved runs before the law looks again.
      for (let at = 0; at < 10; at++) await Promise.resolve()
    },
  }
}

/** A link of the model: nothing is sent, so its states are all that it has. */
interface ModelLink extends Link {
  readonly state: { down: boolean; frozen: boolean; held: boolean; changed: () => void }
}

export function modelLink(): Link {
  const state = { down: false, frozen: false, held: false, changed: (): void => undefined }
  const set = (change: Partial<typeof state>) => () => {
    Object.assign(state, change)
    state.changed()
  }
  const link: ModelLink = {
    state,
    port: (target) => Promise.resolve(target),
    drop: set({ down: true }),
    restore: set({ down: false }),
    freeze: set({ frozen: true }),
    thaw: set({ frozen: false }),
    isAnswered: () => true,
    hold: set({ held: true }),
    pass: () => false,
    overtake: () => undefined,
    release: set({ held: false }),
    close: () => Promise.resolve(),
  }
  return link
}

interface Answer {
  readonly role: 'user' | 'assistant'
  status: ShownStatus
  parts: ShownPart[]
}

/**
 * A session layer in memory that keeps every law, or, with the id of a law as `defect`, breaks it in one way: so each law is seen to fail.
 */
export function modelLayer(defect?: string): Layer {
  const start = (): Promise<Stage> => Promise.resolve(modelStage(defect))
  return { id: 'model', folder: '', name: 'model', packages: [], setUp: '', address: '', without: {}, excludes: {}, start }
}

function modelStage(defect: string | undefined): Stage {
  let messages: Answer[] = []
  const pages = new Map<string, { link: ModelLink; shows: ShownMessage[]; frozenOut: boolean }>()
  const executed: string[] = []
  const turns: Turn[] = []
  const waiting: ((turn: Turn) => void)[] = []
  const agentLink = modelLink() as ModelLink
  const abort = new Set<() => void>()
  const loses = new Set<string>()
  const doubles = new Set<string>()
  const forgotten = new Set<string>()
  let [alive, refuses, decided] = [true, false, false]

  const copy = (of: readonly Answer[]): ShownMessage[] => of.map((message) => ({ ...message, parts: [...message.parts] }))

  function deliver(): void {
    const blocked = defect === 'slow' && [...pages.values()].some(({ link }) => link.state.frozen)
    for (const [device, page] of pages) {
      if (page.link.state.down || page.link.state.frozen || page.frozenOut || blocked) continue
      if (loses.has(device) && defect === 'lost') continue
      page.shows = copy(messages)
      if (doubles.has(device) && defect === 'twice')
        page.shows = page.shows.map((shown) => ({
          ...shown,
          parts: shown.parts.map((part) => ({ ...part, text: part.text + part.text })),
        }))
    }
  }

  function ask(): void {
    let aborted = false
    abort.add(() => (aborted = true))
    const turn: Turn = {
      get aborted() {
        return aborted
      },
      say: async (...steps) => {
        if (alive) for (const step of steps) take(step)
      },
    }
    const next = waiting.shift()
    if (next) next(turn)
    else turns.push(turn)
  }

  function answer(): Answer {
    const last = messages.at(-1)
    if (last?.role === 'assistant' && last.status !== 'complete') return last
    const begun: Answer = { role: 'assistant', status: 'going', parts: [] }
    messages.push(begun)
    return begun
  }

  function take(step: Step): void {
    const lost = (agentLink.state.down && defect === 'outage') || (refuses && defect === 'refused')
    refuses = false
    if (lost) return
    const { parts } = answer()
    const last = parts.at(-1)
    const type = 'text' in step ? 'text' : 'reasoning'
    if ('text' in step || 'reasoning' in step) {
      const text = 'text' in step ? step.text : step.reasoning
      if (last?.type === type) parts[parts.length - 1] = { type, text: last.text + text }
      else parts.push({ type, text })
    } else if ('call' in step) {
      const needsApproval = step.tool === 'send'
      if (!needsApproval) executed.push(step.tool)
      const part: ShownPart = { type: 'tool', text: '', callId: step.call, state: needsApproval ? 'asks' : 'done' }
      if (defect === 'order') parts.unshift(part)
      else parts.push(part)
    } else if (parts.some(({ state }) => state === 'asks')) answer().status = 'waiting'
    else if (step.end === 'stop') answer().status = 'complete'
    else ask()
    deliver()
  }

  function approve(callId: string, device: string): void {
    if (decided && defect !== 'both') return
    decided = true
    executed.push('send')
    const asking = messages.find(({ parts }) => parts.some((part) => part.callId === callId))
    if (!asking) return
    asking.parts = asking.parts.map((part) => (part.callId === callId ? { ...part, state: 'done' as const } : part))
    if (defect === 'overtaken' && pages.get(device)?.link.state.held) pages.get(device)!.frozenOut = true
    asking.status = defect === 'one' ? 'complete' : 'going'
    for (const [other, page] of pages) if (defect === 'elsewhere' && other !== device) page.frozenOut = true
    deliver()
    ask()
  }

  const agent: Agent = {
    asked() {
      const turn = turns.shift()
      return turn ? Promise.resolve(turn) : new Promise((resolve) => void waiting.push(resolve))
    },
    executions: (tool) => executed.filter((each) => each === tool).length,
    async kill() {
      alive = false
      if (defect === 'killed' || defect === 'restarted') return
      for (const page of pages.values()) if (defect === 'asking' && page.link.state.held) page.frozenOut = true
      for (const message of messages) if (message.status === 'going') message.status = 'cut'
      deliver()
    },
    async start() {
      alive = true
    },
  }

  return {
    agent,
    agentLink,
    faults: {
      forget: (device) => void forgotten.add(device),
      lose: (device) => void loses.add(device),
      refuse: () => (refuses = true),
      duplicate: (device) => void doubles.add(device),
      async redact(replacement) {
        const answered = messages.at(-1)
        if (answered) answered.parts = [{ type: 'text', text: replacement }]
        if (defect !== 'redacted') deliver()
      },
    },
    async open(device, link) {
      const known = pages.has(device)
      const page = { link: link as ModelLink, shows: copy(messages), frozenOut: false } // `modelLink` made it.
      const going = messages.some(({ status }) => status === 'going')
      if (known && defect === 'reload') page.shows = []
      if (known && defect === 'approve') page.shows = page.shows.slice(0, 1)
      if (defect === 'late' && !going) page.shows = []
      page.frozenOut =
        (known && defect === 'reload') ||
        (!known && going && defect === 'second') ||
        (messages.length === 0 && device !== 'laptop' && defect === 'idle')
      pages.set(device, page)
      const misses = (): boolean => defect === 'drop' || (defect === 'forgotten' && forgotten.has(device))
      let wasDown = false
      page.link.state.changed = () => {
        if (wasDown && misses()) page.frozenOut = true
        wasDown = page.link.state.down
        deliver()
      }
      return pageOf(device, page)
    },
    close: () => Promise.resolve(),
  }

  function pageOf(device: string, page: { shows: ShownMessage[] }): Page {
    return {
      messages: () => page.shows,
      async send(text) {
        messages = [...messages, { role: 'user', status: 'complete', parts: [{ type: 'text', text }] }]
        deliver()
        ask()
      },
      async approve(callId) {
        approve(callId, device)
      },
      async stop() {
        if (defect === 'stop') return
        for (const each of abort) each()
        for (const message of messages) if (message.status === 'going') message.status = 'stopped'
        deliver()
      },
      close: () => undefined,
    }
  }
}
