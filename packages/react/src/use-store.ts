import type { Store } from '@streamfold/core'
import { useProvided } from './conversation-context.ts'

/** The core store of the provided conversation, for selectors of your own and for the inspector. */
export function useStore(): Store {
  return useProvided().store
}
