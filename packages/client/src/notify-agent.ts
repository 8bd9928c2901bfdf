import type { Headers } from '@streamfold/core'

/** Asks an agent to answer a prompt on the channel, by a way other than the channel, such as HTTP. */
export type NotifyAgent = (prompt: NotifiedPrompt) => Promise<void>

export interface NotifiedPrompt {
  readonly channelName: string
  readonly promptSerial: string
  /** The prompt's headers, if a codec published it: `invocationOf` makes the body of an AI Transport agent's request from them. */
  readonly headers?: Partial<Headers>
}
