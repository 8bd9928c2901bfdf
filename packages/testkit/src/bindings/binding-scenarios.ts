// The runner of the browser tests reads the scenarios' names from these files without the core: they import only types from it.
import type { BindingScenario } from './binding-scenario.ts'
import { answerScenarios } from './scenarios/answers.ts'
import { branchScenarios } from './scenarios/branches.ts'
import { lifecycleScenarios } from './scenarios/lifecycle.ts'
import { nameScenarios } from './scenarios/names.ts'
import { promptScenarios } from './scenarios/prompts.ts'
import { queueScenarios } from './scenarios/queue.ts'
import { selectionScenarios } from './scenarios/selections.ts'
import { streamScenarios } from './scenarios/streams.ts'
import { troubleScenarios } from './scenarios/trouble.ts'
import { uploadScenarios } from './scenarios/uploads.ts'

/**
 * The behaviour of every binding, whatever its framework. Each scenario plays on its own harness:
 *
 * ```ts
 * it.each(bindingScenarios)('$name', (scenario) => playScenario(scenario, myDriver, simulatedBindingHarness()))
 * ```
 */
export const bindingScenarios: readonly BindingScenario[] = [
  ...streamScenarios,
  ...selectionScenarios,
  ...promptScenarios,
  ...answerScenarios,
  ...queueScenarios,
  ...branchScenarios,
  ...troubleScenarios,
  ...lifecycleScenarios,
  ...nameScenarios,
  ...uploadScenarios,
]
