import { transition } from 'xstate'
import type { Continuity, ResponseStatus } from './message.ts'
import type { ResponseEvent } from './response-machine.ts'
import { responseMachine } from './response-machine.ts'

/** A state of `responseMachine`. */
export interface Lifecycle {
  readonly status: ResponseStatus
  readonly continuity: Continuity
}

const steps = new Map<string, Lifecycle>()

/** One step of `responseMachine`. The machine is finite, so each of its steps is computed once and then looked up. */
export function step({ status, continuity }: Lifecycle, type: ResponseEvent['type']): Lifecycle {
  const key = `${status} ${continuity} ${type}`
  let next = steps.get(key)
  if (!next) {
    const [state] = transition(responseMachine, responseMachine.resolveState({ value: { status, continuity } }), { type })
    next = state.value as Lifecycle // The parallel machine's value has exactly these two regions.
    steps.set(key, next)
  }
  return next
}
