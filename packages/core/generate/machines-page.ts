import { channelMachine } from '../src/machines/channel-machine.ts'
import { responseMachine } from '../src/machines/response-machine.ts'
import { diagram } from './diagram.ts'

/** The text of MACHINES.md. */
export function machinesPage(): string {
  return `# The machines

Drawn from \`src/machines/response-machine.ts\` and \`src/machines/channel-machine.ts\` by \`pnpm --filter @streamfold/core generate\`; a test compares. A node named
\`any_…\` stands for every state of its machine or region.

## A response: status and continuity, in parallel

${diagram(responseMachine.root)}

## The channel

${diagram(channelMachine.root)}
`
}
