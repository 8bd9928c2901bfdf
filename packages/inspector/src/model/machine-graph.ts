import { channelMachine, responseMachine } from '@streamfold/core/machines'
import type { AnyStateMachine, StateValue } from 'xstate'
import { transition } from 'xstate'

/** A machine, or a region of one, as a row of states and the steps between them. */
export interface MachineGraph {
  readonly title: string
  readonly states: readonly string[]
  readonly steps: readonly MachineStep[]
}

export interface MachineStep {
  readonly from: string
  readonly to: string
  readonly event: string
}

interface Config {
  readonly states?: Readonly<Record<string, Config | undefined>> | undefined
}

/** The graphs of the channel's machine and of the two regions of a response's, computed from the machines. */
export function machineGraphs(): Readonly<Record<'channel' | 'status' | 'continuity', MachineGraph>> {
  return {
    channel: graphOf('Channel', channelMachine, channelMachine.config as Config, nest, flat),
    status: region('Response: status', 'status', (value) => ({ status: value, continuity: 'contiguous' })),
    continuity: region('Response: text', 'continuity', (value) => ({ status: 'streaming', continuity: value })),
  }
}

function region(title: string, name: 'status' | 'continuity', valueOf: (place: string) => StateValue): MachineGraph {
  const states: Config['states'] = responseMachine.config.states as Config['states'] // The states are defined in the machine's source.
  const root = states?.[name] ?? {}
  return graphOf(title, responseMachine, root, valueOf, (value) => flat((value as Record<string, StateValue>)[name]!)) // The value of a parallel machine is an object.
}

function graphOf(
  title: string,
  machine: AnyStateMachine,
  root: Config,
  valueOf: (place: string) => StateValue,
  placeOf: (value: StateValue) => string,
): MachineGraph {
  const states = placesOf(root, '')
  const steps = states.flatMap((from) =>
    machine.events.flatMap((type: string) => {
      const [after] = transition(machine, machine.resolveState({ value: valueOf(from), context: {} }), { type })
      const to = placeOf(after.value as StateValue) // A machine's value has this type.
      return to === from ? [] : [{ from, to, event: type }]
    }),
  )
  return { title, states, steps }
}

function placesOf(config: Config, prefix: string): readonly string[] {
  return Object.entries(config.states ?? {}).flatMap(([name, inner]) => {
    const within = placesOf(inner ?? {}, `${prefix}${name}.`)
    return within.length > 0 ? within : [`${prefix}${name}`]
  })
}

/** A place in XState's form. */
export function nest(place: string): StateValue {
  const [head = '', ...rest] = place.split('.')
  return rest.length > 0 ? { [head]: nest(rest.join('.')) } : head
}

function flat(value: StateValue): string {
  if (typeof value === 'string') return value
  const [name = '', inner = ''] = Object.entries(value)[0] ?? []
  return `${name}.${flat(inner)}`
}
