export { createLocalAbly, type LocalAbly, type LocalClientOptions } from './local-ably.ts'
export { DEFAULT_KEY, type LocalAblyOptions } from './options.ts'
export { ABLY_LIMITS, type Limits } from './limits/limits.ts'
export type { Capability } from './auth/capability.ts'
export type { KeyOptions } from './auth/keys.ts'
export type { NamespaceRule } from './channel/namespace-rules.ts'
export type { Clock } from './clock.ts'
export type {
  AppendAsUpdateFault,
  ConflateFault,
  CountedFault,
  CutFault,
  Faults,
  FreezeFault,
  RejectAppendFault,
  RestartFault,
  TimedFault,
  Undo,
} from './faults/faults.ts'
export type { FaultRequest } from './faults/fault-request.ts'
export type { Selector } from './faults/selector.ts'
export type { ListenError } from './listen.ts'
