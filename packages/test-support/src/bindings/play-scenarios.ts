import type { BindingDriver } from '@streamfold/testkit'
import { bindingScenarios, playScenario, simulatedBindingHarness } from '@streamfold/testkit'
import { describe, it } from 'vitest'
import { localHarness } from './local-harness.ts'

/** Each scenario of the kit a test, on a simulated channel and on local-ably. */
export function playScenarios(driver: BindingDriver): void {
  describe.each([
    ['a simulated channel', simulatedBindingHarness],
    ['local-ably', localHarness],
  ] as const)('on %s', (_, open) => {
    it.each(bindingScenarios)('$name', async (scenario) => {
      // Async only for the one that has a socket to open.
      await playScenario(scenario, driver, await open())
    })
  })
}
