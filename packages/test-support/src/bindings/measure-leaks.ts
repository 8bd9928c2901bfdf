import type { BindingDriver, MountedBinding } from '@streamfold/testkit'
import { simulatedBindingHarness } from '@streamfold/testkit'

/** What is held after the first round, and after some more: switches, mounts, and what they leave behind. */
export interface LeakReport {
  readonly heap: readonly [before: number, after: number]
  readonly listeners: readonly [before: number, after: number]
}

const ROUND = 50
const MESSAGES = 20

/** The main program of a process with `--expose-gc`: 50 switches among as many conversations and 50 mounts, several times. */
export async function measureLeaks(driver: BindingDriver, rounds: number): Promise<LeakReport> {
  const harness = simulatedBindingHarness()
  const names = Array.from({ length: ROUND }, (_, i) => `ai:${i}`)
  for (const name of names) {
    const agent = harness.agent(name)
    for (let i = 0; i < MESSAGES; i++) await agent.complete(await agent.begin(`${name} ${i} ${'x'.repeat(200)}`))
  }
  const listeners = () => {
    const there = names.map((name) => harness.client.channels.get(name))
    const emitters = [harness.client.connection, ...there, ...there.map(({ subscriptions }) => subscriptions)]
    return emitters.reduce((sum, emitter) => sum + (emitter.listeners()?.length ?? 0), 0)
  }
  const until = (seen: () => boolean) => harness.until(driver, seen, () => 'all messages are shown')
  const shown = (mounted: MountedBinding, name: string) => () => {
    const { rows } = mounted.screen()
    return rows.length === MESSAGES && rows[0]!.text.startsWith(`${name} `)
  }
  const left = () => until(() => names.every((name) => harness.client.channels.get(name).state !== 'attached'))

  async function round(): Promise<void> {
    const mounted = driver.mount(harness.client, { channelName: names.at(-1)!, ...harness.options })
    for (const channelName of names) {
      mounted.update({ channelName, ...harness.options })
      await until(shown(mounted, channelName))
    }
    mounted.unmount()
    for (let i = 0; i < ROUND; i++) {
      const again = driver.mount(harness.client, { channelName: names[0]!, ...harness.options })
      await until(shown(again, names[0]!))
      again.unmount()
    }
    await left()
  }
  async function held(): Promise<readonly [heap: number, listeners: number]> {
    for (let i = 0; i < 5; i++) {
      await new Promise((resolve) => setImmediate(resolve))
      gc!()
    }
    return [process.memoryUsage().heapUsed, listeners()]
  }

  // Compiled code and the memory of frameworks grow at first, and then no more.
  for (let i = 0; i < 2; i++) await round()
  const before = await held()
  for (let i = 0; i < rounds; i++) await round()
  const after = await held()
  return { heap: [before[0], after[0]], listeners: [before[1], after[1]] }
}
