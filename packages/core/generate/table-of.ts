import type { AnyStateMachine, StateValue } from 'xstate'
import { transition } from 'xstate'

export type Table = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>

/** A region of a parallel machine, and the machine's state in which only the region's state varies. */
export interface Region {
  readonly name: string
  readonly valueOf: (place: string) => StateValue
}

/** The complete table of a machine, or of one region of it: every state, and for each every event that its states know. */
export function tableOf(machine: AnyStateMachine, region?: Region): Table {
  const config = (region ? machine.config.states?.[region.name] : machine.config) as Config // Read for its states only.
  const rows = placesOf(config, '').map((place) => {
    const before = machine.resolveState({ value: region ? region.valueOf(place) : nest(place), context: {} })
    const cells = machine.events.toSorted().map((type): [string, readonly string[]] => {
      const [after, actions] = transition(machine, before, { type })
      const value = region ? (after.value as Record<string, StateValue>)[region.name]! : after.value // A parallel value is an object.
      const to = flat(value)
      return [type, to === place && actions.length === 0 ? [] : [to, ...actions.map((action) => action.type)]]
    })
    return [place, cells] as const
  })
  const known = new Set(rows.flatMap(([, cells]) => cells.filter(([, step]) => step.length > 0).map(([type]) => type)))
  return Object.fromEntries(rows.map(([place, cells]) => [place, Object.fromEntries(cells.filter(([type]) => known.has(type)))]))
}

/** The table as two TypeScript constants: the steps that are the same from every state, and all rows. */
export function printTable(name: string, type: string, table: Table): string {
  const events = Object.keys(Object.values(table)[0]!) // No machine is without states.
  const same = events.flatMap((event): (readonly [string, readonly string[]])[] => {
    // To stay where the event leads is to be led there.
    const steps = Object.entries(table).map(([place, row]) => (row[event]!.length > 0 ? row[event]! : [place])) // Rows are complete.
    return steps.every((step) => step.join() === steps[0]!.join()) ? [[event, steps[0]!]] : []
  })
  const shared = `${name}FromAnyState`
  const rows = Object.entries(table).map(([place, steps]) => {
    const own = Object.entries(steps).filter(([event]) => same.every(([other]) => other !== event))
    return `  ${keyOf(place)}: { ${same.length > 0 ? `...${shared}, ` : ''}${own.map(printCell).join(' ')} },`
  })
  const common = same.length > 0 ? `const ${shared} = { ${same.map(printCell).join(' ')} } as const\n\n` : ''
  return `${common}export const ${name}: ${type} = {\n${rows.join('\n')}\n}`
}

function printCell([event, step]: readonly [string, readonly string[]]): string {
  return `'${event}': [${step.map((part) => `'${part}'`).join(', ')}],`
}

function keyOf(place: string): string {
  return /^\w+$/.test(place) ? place : `'${place}'`
}

export function union(names: readonly string[]): string {
  return names.map((name) => `'${name}'`).join(' | ')
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
