import type { SnapshotFrom, StateValue } from 'xstate'
import { initialTransition, transition } from 'xstate'
import type { PublishEffect, PublishEvent } from './publish-machine.ts'
import { publishMachine } from './publish-machine.ts'

type Snapshot = SnapshotFrom<typeof publishMachine>

/** Where a message stands, and what is to be done about it. */
export interface PublishStep {
  readonly state: Snapshot
  /** The state's name, its inner state behind a dot. */
  readonly place: string
  readonly effects: readonly PublishEffect[]
}

/** The steps are finitely many, so each is asked of the machine once: an append must not pay for it. */
const steps = new Map<string, PublishStep>()

export function firstStep(): PublishStep {
  return remembered('', () => initialTransition(publishMachine))
}

export function nextStep({ state, place }: PublishStep, type: PublishEvent['type']): PublishStep {
  return remembered(`${place} ${type}`, () => transition(publishMachine, state, { type }))
}

function remembered(key: string, ask: () => [Snapshot, readonly { readonly type: string }[]]): PublishStep {
  let step = steps.get(key)
  if (!step) {
    const [state, actions] = ask()
    // The machine names no other actions; a test walks all its paths.
    const effects = actions.map(({ type }) => type as PublishEffect)
    steps.set(key, (step = { state, place: placeOf(state.value), effects }))
  }
  return step
}

function placeOf(value: StateValue): string {
  if (typeof value === 'string') return value
  return Object.entries(value)
    .map(([outer, inner]) => `${outer}.${placeOf(inner ?? '')}`)
    .join()
}
