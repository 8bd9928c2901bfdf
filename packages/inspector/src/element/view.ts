import type { Inspection } from '../inspection.ts'
import type { Band } from '../model/bands.ts'
import type { Figures } from '../model/figures.ts'

/** What the panes show, and what they may ask for. */
export interface View {
  readonly inspection: Inspection
  readonly bands: readonly Band[]
  readonly figures: Figures
  /** Milliseconds by which local time is ahead of UTC. */
  readonly offset: number
  nameOf(serial: string): string
  select(index: number | undefined): void
}
