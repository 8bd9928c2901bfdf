import type { BindingDriver } from '../../packages/testkit/src/bindings/index.ts'
import { bindingScenarios, playScenario } from '../../packages/testkit/src/bindings/index.ts'
import { browserHarness } from './browser-harness.ts'

declare global {
  interface Window {
    binding: BindingPage
  }
}

/** The functions of a page for a test. */
interface BindingPage {
  /** Plays a scenario. @returns why it was not played, if it was not. */
  play(name: string, port: number, key: string): Promise<string | void>
  /** Mounts a conversation and unmounts it, so many times. */
  mount(times: number, port: number, key: string): Promise<void>
}

const answers = 20

/** Offers a binding's scenarios as `window.binding`. */
export function offer(driver: BindingDriver): void {
  // What a test binding waits with where there is no page.
  Object.assign(globalThis, { setImmediate: (run: () => void) => setTimeout(run, 0) })

  let mounting: Awaited<ReturnType<typeof begin>> | undefined

  const binding: BindingPage = {
    async play(name, port, key) {
      const scenario = bindingScenarios.find((one) => one.name === name)
      if (!scenario) throw new Error(`unable to play ${name}; there is no such scenario`)
      const harness = browserHarness(port, key)
      try {
        return await playScenario(scenario, driver, harness)
      } finally {
        harness.close()
      }
    },
    async mount(times, port, key) {
      const { harness, channelName } = (mounting ??= await begin(port, key))
      const until = (seen: () => boolean) => harness.until(driver, seen, () => 'a conversation is shown, and left')
      for (let i = 0; i < times; i++) {
        const mounted = driver.mount(harness.client, { channelName })
        await until(() => mounted.screen().rows.length === answers && mounted.screen().connectionStatus === 'live')
        mounted.unmount()
        await until(() => harness.client.channels.get(channelName).state === 'detached')
      }
    },
  }
  window.binding = binding
}

/** A conversation that is there to be mounted. */
async function begin(port: number, key: string) {
  const harness = browserHarness(port, key)
  const channelName = `${harness.prefix}mounting`
  const agent = harness.agent(channelName)
  for (let i = 0; i < answers; i++) await agent.complete(await agent.begin(`answer ${i} ${'x'.repeat(200)}`))
  return { harness, channelName }
}
