import type { Agent, Fault, Page, ShownMessage, Stage, Turn } from '../layer.ts'
import type { Link } from './link.ts'

/** Time, as laws wait for it. */
export interface Patience {
  now(): number
  pause(milliseconds: number): Promise<void>
}

export const patience: Patience = {
  now: () => performance.now(),
  pause: (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds)),
}

/** A law that is not kept: what should have been so, and what was. */
export class Broken extends Error {}

/** A page with the network below it. */
export interface Device {
  readonly page: Page
  /** Its network is gone until `restore`, which also does what a browser does then: it shows the page again, and says that it is online. */
  drop(): void
  restore(): void
  freeze(): void
  thaw(): void
  /** What `openUntil` or `reloadUntil` keeps on its way stays there. What the page sends now overtakes it, over other connections. */
  overtake(): void
  /** Lets arrive what is kept on its way. */
  release(): void
  reload(): Promise<void>
  /** As `openUntil`. */
  reloadUntil(what: string, check: (page: Page) => boolean): Promise<void>
}

/** What a law has to play with. */
export interface World {
  readonly agent: Agent
  /** The network between the agent and the service. */
  readonly agentLink: Link
  open(device: string): Promise<Device>
  /** Opens a page as far as `check`: what it sends after that is on its way until `release`. What that is depends on the layer alone, not on the machine. */
  openUntil(device: string, what: string, check: (page: Page) => boolean): Promise<Device>
  /**
   * No page has a request on its way, and neither has the agent. A law takes its next step at this point, and not at one that depends on how
   * fast the machine is.
   */
  settled(): Promise<void>
  /** Injects a fault that the layer can have; a law that needs it names it in `needs`. */
  fault<Name extends Fault>(name: Name, ...given: Parameters<NonNullable<Stage['faults'][Name]>>): Promise<void>
  /** What has to be so before the law can be tried. The law is not broken if it is not: the set-up is. */
  given<T>(what: string, promise: Promise<T>): Promise<T>
  given(what: string, check: () => boolean): Promise<void>
  /** What the law demands within so many seconds. */
  demand(what: string, check: () => boolean, seconds?: number): Promise<void>
  /** What the law demands at this moment. */
  demandNow(what: string, check: () => boolean): void
  /** The model is asked, within the time of `demand`. */
  demandTurn(what: string): Promise<Turn>
  /** Lets a fault last, until `isOver` at the longest. */
  last(seconds: number, isOver?: () => boolean): Promise<void>
}

/** Seconds that a layer has for what it does by itself, unless a law says otherwise. A busy machine must not change an answer. */
export const SECONDS = 60

/** Between two looks at the pages. */
const TICK = 20
/** What a look counts for at most: a process that did not get the processor has not had the time. */
const LONGEST_TICK = 5 * TICK
/** So many looks without a change mean that nothing is left to do. Pages live in this process, so they have run in between. */
const STILL = 15
/** After so many looks a piece that nothing has answered needs no answer. */
const UNANSWERED = 100

export function worldOf(stage: Stage, makeLink: () => Link, { now, pause }: Patience): World & { close(): Promise<void> } {
  const devices = new Map<string, { page: Page; readonly link: Link }>()
  const { agent, agentLink, faults } = stage

  async function until(what: string, check: () => boolean, seconds: number, fail: (text: string) => Error): Promise<void> {
    const elapsed = clock()
    while (!check()) {
      if (elapsed() > seconds * 1_000) throw fail(`${what}: not so after ${seconds} s; ${shown()}`)
      await pause(TICK)
    }
  }

  /** Milliseconds since now, of which a look counts for at most `LONGEST_TICK`. */
  function clock(): () => number {
    let [passed, before] = [0, now()]
    return () => {
      const time = now()
      passed += Math.min(time - before, LONGEST_TICK)
      before = time
      return passed
    }
  }

  /** Whether `check` was so for as many looks as nothing takes any more. */
  function still(check: () => boolean): () => boolean {
    let looks = 0
    return () => {
      looks = check() ? looks + 1 : 0
      return looks > STILL
    }
  }

  /** What the pages show, for the reader of a result. */
  function shown(): string {
    return [...devices].map(([name, { page }]) => `${name} shows ${describe(page.messages())}`).join('; ')
  }

  async function within<T>(what: string, promise: Promise<T>, seconds: number, fail: (text: string) => Error): Promise<T> {
    let settled: { readonly value: T } | { readonly error: unknown } | undefined
    promise.then(
      (value) => (settled = { value }),
      (error: unknown) => (settled = { error }),
    )
    await until(what, () => settled !== undefined, seconds, fail)
    if (settled && 'value' in settled) return settled.value
    throw fail(`${what}: ${settled && String(settled.error)}`)
  }

  const broken = (text: string): Error => new Broken(text)
  const unable = (text: string): Error => new Error(`unable to try the law; ${text}`)

  async function openedUntil(name: string, link: Link, what: string, check: (page: Page) => boolean): Promise<Page> {
    link.hold()
    let page: Page | undefined
    let failed: Error | undefined
    stage.open(name, link).then(
      (opened) => (page = opened),
      (error: unknown) => (failed = broken(`${name} opens: ${String(error)}`)),
    )
    let [quiet, unanswered, so] = [0, 0, 0]
    const isSo = (): boolean => {
      if (failed) throw failed
      so = page && check(page) ? so + 1 : 0
      // What the page sends then has to reach the link, which keeps it there.
      if (so > 0) return so > STILL
      const isAnswered = link.isAnswered()
      quiet = isAnswered ? quiet + 1 : 0
      unanswered = isAnswered ? 0 : unanswered + 1
      if ((quiet > STILL || unanswered > UNANSWERED) && link.pass()) [quiet, unanswered] = [0, 0]
      return false
    }
    await until(what, isSo, SECONDS * 2, broken)
    return page! // `isSo` looks at it.
  }

  function deviceOf(name: string, page: Page, link: Link): Device {
    const entry = { page, link }
    devices.set(name, entry)
    return {
      get page() {
        return entry.page
      },
      drop: () => link.drop(),
      restore() {
        link.restore()
        globalThis.document?.dispatchEvent(new Event('visibilitychange'))
        globalThis.window?.dispatchEvent?.(new Event('online'))
      },
      freeze: () => link.freeze(),
      thaw: () => link.thaw(),
      overtake: () => link.overtake(),
      release: () => link.release(),
      async reload() {
        await entry.page.close()
        entry.page = await within(`${name} is loaded again`, stage.open(name, link), SECONDS, broken)
      },
      async reloadUntil(what, check) {
        await entry.page.close()
        entry.page = await openedUntil(name, link, what, check)
      },
    }
  }

  return {
    agent,
    agentLink,
    async open(name) {
      const link = makeLink()
      return deviceOf(name, await within(`${name} opens`, stage.open(name, link), SECONDS, broken), link)
    },
    async openUntil(name, what, check) {
      const link = makeLink()
      return deviceOf(name, await openedUntil(name, link, what, check), link)
    },
    settled: () =>
      until(
        'no request is on its way',
        still(() => [agentLink, ...[...devices.values()].map(({ link }) => link)].every((link) => link.isAnswered())),
        SECONDS * 2,
        unable,
      ),
    async fault(name, ...given) {
      const inject = faults[name] as ((...given: readonly unknown[]) => unknown) | undefined // The parameters are those of its name.
      if (!inject) throw new Error(`unable to inject; the layer has no fault ${name}: name it in \`without\``)
      await inject(...given)
    },
    async given<T>(what: string, so: Promise<T> | (() => boolean)): Promise<T | undefined> {
      if (typeof so !== 'function') return within(what, so, SECONDS * 2, unable)
      await until(what, so, SECONDS * 2, unable)
      return undefined
    },
    demand: (what, check, seconds = SECONDS) => until(what, check, seconds, broken),
    demandNow(what, check) {
      if (!check()) throw new Broken(`${what}: not so; ${shown()}`)
    },
    demandTurn: (what) => within(what, agent.asked(), SECONDS, broken),
    async last(seconds, isOver = () => false) {
      const elapsed = clock()
      while (elapsed() < seconds * 1_000 && !isOver()) await pause(TICK)
    },
    async close() {
      for (const { page } of devices.values()) await page.close()
      await stage.close()
      for (const { link } of devices.values()) await link.close()
    },
  } as World & { close(): Promise<void> } // `given` has two forms.
}

function describe(messages: readonly ShownMessage[]): string {
  if (messages.length === 0) return 'nothing'
  return messages
    .map(({ role, status, parts }) => {
      const said = parts.map(({ type, text, callId, state }) => (type === 'tool' ? `<${callId} ${state}>` : text)).join('|')
      return `${role} (${status}) ${JSON.stringify(said.length > 80 ? `${said.slice(0, 40)}…${said.slice(-30)}` : said)}`
    })
    .join(', ')
}
