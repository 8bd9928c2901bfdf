import { printTable, tableOf, union } from '../../core/generate/table-of.ts'
import { publishMachine } from './publish-machine.ts'

/** What the machine decides, as the text of src/publish/repair/publish-table.ts: no agent runs XState. */
export function publishTableText(): string {
  const table = tableOf(publishMachine)
  return `// Generated from generate/publish-machine.ts by pnpm generate; a test compares. Each row: state, event, then the next state and its commands.
import type { TransitionTable } from '@streamfold/core/transport'

/** What can happen to a message on its way to the service; \`generate/publish-machine.ts\` says what each means. */
export type PublishStepEvent = ${union(publishMachine.events.toSorted())}

/** What a step asks for; \`generate/publish-machine.ts\` says what each means. */
export type PublishAction = ${union(Object.keys(publishMachine.implementations.actions))}

/** Where \`publishMachine\` can be; a state within a state is written with a dot. */
export type PublishPlace = ${union(Object.keys(table))}

${printTable('publishTable', 'TransitionTable<PublishPlace, PublishStepEvent, PublishAction>', table)}
`
}
