import type { BindingDriver } from '@streamfold/testkit'
import { bindingScenarios, playScenario, simulatedStage } from '@streamfold/testkit'
import { describe, it } from 'vitest'
import { localStage } from './local-harness.ts'

/** Each scenario of the kit a test, on a simulated channel and on local-ably. */
export function playScenarios(driver: BindingDriver): void {
  describe.each([
    ['a simulated channel', simulatedStage],
    ['local-ably', localStage],
  ] as const)('on %s', (_, open) => {
    it.each(bindingScenarios)('$name', async (scenario) => {
      // Async only for the one that has a socket to open.
      await playScenario(scenario, driver, await open())
    })
  })
}
