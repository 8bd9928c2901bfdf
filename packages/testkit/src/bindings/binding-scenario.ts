import type {
  AblyClient,
  BindingDriver,
  BindingOptions,
  MountedBinding,
  MountedSelection,
  MountedUploads,
  Screen,
  TextSelector,
  UploadsOptions,
} from './binding-driver.ts'
import type { BindingHarness } from './binding-harness.ts'

/** Something that happens to a user, and what the screen must show meanwhile. Throws if it does not. */
export interface BindingScenario {
  readonly name: string
  /** Why a driver or a harness without some ability does not play it. */
  readonly skip?: (driver: BindingDriver, harness: BindingHarness) => string | undefined
  readonly play: (context: ScenarioContext) => Promise<void>
}

/** The tools of a scenario. */
export interface ScenarioContext {
  readonly harness: BindingHarness
  /** A channel that only this scenario uses. */
  readonly channelName: string
  /** Mounts a conversation; it is unmounted after the scenario. @param client whose it is. Default: the harness's `client` */
  mount(options?: Partial<BindingOptions>, client?: AblyClient): MountedBinding
  /** Mounts a component with a selector of the conversation; it is unmounted after the scenario. */
  select(selector: TextSelector, isEqual?: (before: readonly string[], after: readonly string[]) => boolean): MountedSelection
  /** Mounts a component that attaches files; it is unmounted after the scenario. */
  attach(options: UploadsOptions): MountedUploads
  /** Waits until the screen shows exactly these texts. */
  shows(mounted: MountedBinding, ...texts: readonly string[]): Promise<void>
  /** Waits until the screen is as expected. */
  sees(mounted: MountedBinding, expected: Partial<Omit<Screen, 'rows'>>): Promise<void>
  until(what: string, seen: () => boolean): Promise<void>
  /** Waits for work that was started: time passes only while a scenario waits. */
  done<Result>(work: Promise<Result>): Promise<Result>
}

/** Plays a scenario with a binding. @throws if the screen is wrong @returns why it was not played, if it was not */
export async function playScenario(
  scenario: BindingScenario,
  driver: BindingDriver,
  harness: BindingHarness,
): Promise<string | void> {
  const reason = scenario.skip?.(driver, harness)
  if (reason !== undefined) return reason
  const mounts: MountedBinding[] = []
  const selections: MountedSelection[] = []
  const attached: MountedUploads[] = []
  const channelName = `${harness.prefix ?? 'ai:'}${scenario.name.replaceAll(/[^a-z]+/gi, '-')}`
  const said = () =>
    JSON.stringify(
      [
        ...mounts.map((mounted) => mounted.screen()),
        ...selections.map((selection) => selection.text()),
        ...attached.map((uploads) => uploads.screen()),
      ],
      (key, value: unknown) => (key === 'element' ? undefined : value),
    )
  const until = (what: string, seen: () => boolean) => harness.until(driver, seen, () => `${what}; the screens are ${said()}`)
  try {
    await scenario.play({
      harness,
      channelName,
      mount(options, client = harness.client) {
        const mounted = driver.mount(client, { channelName, ...harness.options, ...options })
        mounts.push(mounted)
        return mounted
      },
      select(selector, isEqual) {
        if (!driver.mountSelection)
          throw new Error('unable to select; the driver has no mountSelection: give the scenario a skip')
        const selection = driver.mountSelection(harness.client, { channelName, ...harness.options }, selector, isEqual)
        selections.push(selection)
        return selection
      },
      attach(options) {
        if (!driver.mountUploads) throw new Error('unable to attach; the driver has no mountUploads: give the scenario a skip')
        const uploads = driver.mountUploads(options)
        attached.push(uploads)
        return uploads
      },
      shows: (mounted, ...texts) =>
        until(`the texts are ${JSON.stringify(texts)}`, () => {
          const { rows } = mounted.screen()
          return rows.length === texts.length && rows.every(({ text }, index) => text === texts[index])
        }),
      sees: (mounted, expected) =>
        until(JSON.stringify(expected), () => {
          const screen = mounted.screen()
          return Object.entries(expected).every(([field, value]) => screen[field as keyof Screen] === value) // The keys of `expected` are fields of Screen.
        }),
      until,
      async done(work) {
        let settled = false
        const settle = () => (settled = true)
        work.then(settle, settle)
        await until('what was begun ends', () => settled)
        return work
      },
    })
  } finally {
    for (const mounted of [...mounts, ...selections, ...attached]) mounted.unmount()
  }
}

/** @throws with `what` if two values are not the same */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (is !== should) throw new Error(`${what}: it is ${is} and should be ${should}`)
}
