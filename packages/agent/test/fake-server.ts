import type { Fate, FaultyWriter, Outage } from '@streamfold/testkit'
import { createFaultyWriter } from '@streamfold/testkit'
import type { Clock } from '../src/clock.ts'

export type { Fate, Outage } from '@streamfold/testkit'
export { accepted } from '@streamfold/testkit'

export function fakeServer(
  clock: Clock,
  fate: (operation: 'create' | 'append' | 'update', nth: number) => Fate,
  maxMessageSize?: number,
  outages: readonly Outage[] = [],
): FaultyWriter {
  return createFaultyWriter({ clock, fate, outages, ...(maxMessageSize !== undefined && { maxMessageSize }) })
}
