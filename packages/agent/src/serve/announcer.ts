import type { AgentChannel } from '@streamfold/core/transport'

/** Keeps the agent present on the channel while it works, with what it works on. */
export interface Announcer {
  /** @param responseSerial undefined until the response exists */
  working(promptSerial: string, responseSerial?: string): void
  done(promptSerial: string): void
  /** Resolves when everything announced so far has been. */
  settled(): Promise<void>
}

export function createAnnouncer(channel: AgentChannel, report: (error: unknown) => void): Announcer {
  const work = new Map<string, string | undefined>()
  let announced: Promise<void> = Promise.resolve()

  // One after the other: an enter that overtakes a leave would leave the agent present for ever.
  function announce(): void {
    const answering = Array.from(work, ([prompt, response]) => (response === undefined ? { prompt } : { prompt, response }))
    announced = announced.then(() => channel.announce(answering.length > 0 ? { answering } : undefined)).catch(report)
  }

  return {
    working(prompt, response) {
      work.set(prompt, response)
      announce()
    },
    done(prompt) {
      if (work.delete(prompt)) announce()
    },
    settled: () => announced,
  }
}
