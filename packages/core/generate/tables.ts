import type { AnyStateMachine, StateValue } from 'xstate'
import { transition } from 'xstate'
import { channelMachine } from '../src/machines/channel-machine.ts'
import { responseMachine } from '../src/machines/response-machine.ts'

type Table = Record<string, Record<string, readonly string[]>>

/** The machines' steps as the text of src/fold/machine-tables.ts, so that no page must download or run a machine to follow a stream. */
export function machineTables(): string {
  const channel = tableOf(channelMachine, 'channel')
  const status = tableOf(responseMachine, 'status', (value) => ({ status: value, continuity: 'contiguous' }))
  const continuity = tableOf(responseMachine, 'continuity', (value) => ({ status: 'streaming', continuity: value }))
  return `// Generated from the machines by pnpm generate; a test compares. Each row: state, event, then the next state and its effects.

/** Where \`channelMachine\` can be; a state within a state is written with a dot. */
export type ChannelPlace = ${union(placesOf(channelMachine.config as Config, ''))}

export const channelTable = ${print(channel)} as const satisfies Table<ChannelPlace>

/** The region \`status\` of \`responseMachine\`. */
export const statusTable = ${print(status)} as const satisfies Table

/** The region \`continuity\` of \`responseMachine\`. */
export const continuityTable = ${print(continuity)} as const satisfies Table

type Table<Place extends string = string> = Readonly<Record<string, Readonly<Record<string, readonly [to: Place, ...effects: string[]]>>>>
`
}

/** Every step that changes the state or has effects; an event that is not in the table changes nothing. */
function tableOf(machine: AnyStateMachine, region: string, valueOf: (place: string) => StateValue = nest): Table {
  const root = region === 'channel' ? machine.config : machine.config.states?.[region]
  const table: Table = {}
  for (const place of placesOf(root as Config, '')) {
    const before = machine.resolveState({ value: valueOf(place), context: {} })
    for (const type of [...machine.events].toSorted()) {
      const [after, actions] = transition(machine, before, { type })
      const value = region === 'channel' ? after.value : (after.value as Record<string, StateValue>)[region]! // A parallel value is an object.
      const to = flat(value)
      const effects = actions.map((action) => action.type)
      if (to !== place || effects.length > 0) (table[place] ??= {})[type] = [to, ...effects]
    }
  }
  return table
}

interface Config {
  readonly states?: Readonly<Record<string, Config | undefined>> | undefined
}

function placesOf(config: Config, prefix: string): string[] {
  return Object.entries(config.states ?? {}).flatMap(([name, inner]) => {
    const within = placesOf(inner ?? {}, `${prefix}${name}.`)
    return within.length > 0 ? within : [`${prefix}${name}`]
  })
}

function nest(place: string): StateValue {
  const [head, ...rest] = place.split('.') as [string, ...string[]]
  return rest.length > 0 ? { [head]: nest(rest.join('.')) } : head
}

function flat(value: StateValue): string {
  if (typeof value === 'string') return value
  const [[name, inner]] = Object.entries(value) as [[string, StateValue]]
  return `${name}.${flat(inner)}`
}

function union(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(' | ')
}

function print(table: Table): string {
  const rows = Object.entries(table).map(([place, steps]) => {
    const cells = Object.entries(steps).map(([type, step]) => `    '${type}': [${step.map((part) => `'${part}'`).join(', ')}],`)
    return `  ${/^\w+$/.test(place) ? place : `'${place}'`}: {\n${cells.join('\n')}\n  },`
  })
  return `{\n${rows.join('\n')}\n}`
}
