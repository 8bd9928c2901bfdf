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
  reload(): Promise<void>
}

/** What a law has to play with. */
export interface World {
  readonly agent: Agent
  /** The network between the agent and the service. */
  readonly agentLink: Link
  open(device: string): Promise<Device>
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
  /** Lets a fault last. */
  last(seconds: number): Promise<void>
}

/** Seconds that a layer has for what it does by itself, unless a law says otherwise. A busy machine must not change an answer. */
export const SECONDS = 60

export function worldOf(stage: Stage, makeLink: () => Link, { now, pause }: Patience): World & { close(): Promise<void> } {
  const devices = new Map<string, { page: Page; readonly link: Link }>()
  const { agent, agentLink, faults } = stage

  async function until(what: string, check: () => boolean, seconds: number, fail: (text: string) => Error): Promise<void> {
    const deadline = now() + seconds * 1_000
    while (!check()) {
      if (now() > deadline) throw fail(`${what}: not so after ${seconds} s; ${shown()}`)
      await pause(20)
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

  return {
    agent,
    agentLink,
    async open(name) {
      const link = makeLink()
      const entry = { page: await within(`${name} opens`, stage.open(name, link), SECONDS, broken), link }
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
        async reload() {
          await entry.page.close()
          entry.page = await within(`${name} is loaded again`, stage.open(name, link), SECONDS, broken)
        },
      }
    },
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
    last: (seconds) => pause(seconds * 1_000),
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
