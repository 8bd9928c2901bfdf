import type { BindingScenario } from './binding-scenario.ts'
import { lifecycleScenarios } from './scenarios/lifecycle.ts'
import { promptScenarios } from './scenarios/prompts.ts'
import { streamScenarios } from './scenarios/streams.ts'
import { troubleScenarios } from './scenarios/trouble.ts'

/**
 * What a binding does, whatever it binds to: `for (const scenario of bindingScenarios) await playScenario(scenario, driver, stage)`,
 * each with a stage of its own.
 */
export const bindingScenarios: readonly BindingScenario[] = [
  ...streamScenarios,
  ...promptScenarios,
  ...troubleScenarios,
  ...lifecycleScenarios,
]
