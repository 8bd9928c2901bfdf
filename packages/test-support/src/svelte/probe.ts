import type { UseConversationResult } from '@streamfold/svelte'

/** What a test binding leaves to be looked at. */
export interface Probe {
  readonly rows: Map<string, number>
  list: number
  result?: UseConversationResult
}

export const newProbe = (): Probe => ({ rows: new Map(), list: 0 })
