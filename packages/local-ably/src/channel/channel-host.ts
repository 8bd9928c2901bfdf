import type { FaultRules } from '../faults/fault-rules.ts'
import type { ResolvedOptions } from '../options/options.ts'
import type { Store } from '../store/store.ts'
import type { Webhooks } from '../webhooks/webhooks.ts'

/** What a channel needs of the application that it belongs to. */
export interface ChannelHost {
  readonly options: ResolvedOptions
  readonly store: Store
  readonly faults: FaultRules
  readonly webhooks: Webhooks
}
