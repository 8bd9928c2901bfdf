import type { FaultRequest } from '../faults/fault-request.ts'
import type { Faults } from './faults.ts'

/** Activates a fault. Returns how many connections it matched, for faults that act at once. */
export function inject(faults: Faults, fault: FaultRequest): { connections?: number } {
  switch (fault.type) {
    case 'cut':
      return { connections: faults.cut(fault) }
    case 'expireContinuity':
      return { connections: faults.expireContinuity(fault) }
    case 'restart':
      return { connections: faults.restart(fault) }
    case 'freeze':
      faults.freeze(fault)
      return {}
    case 'appendAsUpdate':
      faults.appendAsUpdate(fault)
      return {}
    case 'loseAppend':
      faults.loseAppend(fault)
      return {}
    case 'repeatAppend':
      faults.repeatAppend(fault)
      return {}
    case 'refuse':
      faults.refuse(fault)
      return {}
    case 'delay':
      faults.delay(fault)
      return {}
    case 'duplicate':
      faults.duplicate(fault)
      return {}
    case 'conflate':
      faults.conflate(fault)
      return {}
    case 'rejectAppend':
      faults.rejectAppend(fault)
      return {}
    case 'dropAck':
      faults.dropAck(fault)
      return {}
    default:
      return fault satisfies never
  }
}
