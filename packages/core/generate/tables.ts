import { channelMachine } from '../src/machines/channel-machine.ts'
import { responseMachine } from '../src/machines/response-machine.ts'
import { printTable, tableOf, union } from './table-of.ts'

/** What the machines decide, as the text of src/fold/machine-tables.ts: no page downloads or runs a machine to follow a stream. */
export function machineTables(): string {
  const channel = tableOf(channelMachine)
  const status = tableOf(responseMachine, { name: 'status', valueOf: (value) => ({ status: value, continuity: 'contiguous' }) })
  const continuity = tableOf(responseMachine, {
    name: 'continuity',
    valueOf: (value) => ({ status: 'streaming', continuity: value }),
  })
  return `// Generated from the machines by pnpm generate; a test compares. Each row: state, event, then the next state and its commands.
import type { ChannelEvent } from '../machines/channel-machine.ts'
import type { ContinuityEvent, StatusEvent } from '../machines/response-machine.ts'
import type { Continuity, ResponseStatus } from '../protocol/message.ts'
import type { TransitionTable } from '../shared/transition-table.ts'

/** Where \`channelMachine\` can be; a state within a state is written with a dot. */
export type ChannelPlace = ${union(Object.keys(channel))}

${printTable('channelTable', "TransitionTable<ChannelPlace, ChannelEvent['type'], 'fetchHistory'>", channel)}

// The region \`status\` of \`responseMachine\`.
${printTable('statusTable', 'TransitionTable<ResponseStatus, StatusEvent>', status)}

// The region \`continuity\` of \`responseMachine\`.
${printTable('continuityTable', 'TransitionTable<Continuity, ContinuityEvent>', continuity)}
`
}
