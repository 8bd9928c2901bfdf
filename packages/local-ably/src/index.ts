export { createLocalAbly, type LocalAbly, type LocalClientOptions } from './local-ably.ts'
export { DEFAULT_KEY, type LocalAblyOptions } from './options/options.ts'
export { ABLY_LIMITS, type Limits } from './limits/limits.ts'
export type { Capability } from './auth/capability.ts'
export type { KeyOptions } from './auth/keys.ts'
export type { WebhookRule } from './webhooks/webhook-rule.ts'
export type { NamespaceRule } from './options/namespace-rules.ts'
export type { Clock } from './shared/clock.ts'
export type {
  AppendFault,
  ConflateFault,
  CountedFault,
  CutFault,
  Faults,
  FreezeFault,
  RejectAppendFault,
  RestartFault,
  TimedFault,
  Undo,
} from './apps/faults.ts'
export type { FaultRequest } from './faults/fault-request.ts'
export type { Selector } from './faults/selector.ts'
export type { ListenError } from './listen.ts'
