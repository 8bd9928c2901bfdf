import type { AgentChannel } from '@streamfold/core/transport'
import type { Runs } from '../run/runs.ts'

/** Keeps the agent present on the channel while it works, with what it works on. */
export interface Announcer {
  /** A run has begun, has its response, or has ended. */
  changed(): void
  /** Resolves when everything announced so far has been. */
  settled(): Promise<void>
}

export function createAnnouncer(channel: AgentChannel, runs: Runs, report: (error: unknown) => void): Announcer {
  let announced: Promise<void> = Promise.resolve()
  return {
    changed() {
      const answering = runs
        .all()
        .filter(({ begun }) => begun)
        .map(({ promptSerial: prompt, response }) => (response === undefined ? { prompt } : { prompt, response }))
      // One after the other: an enter that overtakes a leave would leave the agent present.
      announced = announced.then(() => channel.announce(answering.length > 0 ? { answering } : undefined)).catch(report)
    },
    settled: () => announced,
  }
}
