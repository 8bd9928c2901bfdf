import type { Inspection } from '../inspection.ts'
import type { Band } from '../model/bands.ts'
import type { Figures } from '../model/figures.ts'

/** The input of the panes, and the actions that they may call. */
export interface View {
  readonly inspection: Inspection
  readonly bands: readonly Band[]
  readonly figures: Figures
  /** Milliseconds by which local time is ahead of UTC. */
  readonly offset: number
  nameOf(serial: string): string
  select(index: number | undefined): void
}
