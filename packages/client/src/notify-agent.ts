import type { Headers } from '@streamfold/core'

/** Asks an agent, out of band, to answer a prompt that is on the channel. */
export type NotifyAgent = (prompt: NotifiedPrompt) => Promise<void>

export interface NotifiedPrompt {
  readonly channelName: string
  readonly promptSerial: string
  /** What the prompt was published with, where a codec did it: `invocationOf` makes of it what an AI Transport agent is woken with. */
  readonly headers?: Partial<Headers>
}
