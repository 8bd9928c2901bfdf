import type { Headers } from '@streamfold/core'
import type { AblyClient, BindingDriver, BindingOptions } from './binding-driver.ts'

/** A message that users have published. */
export interface ScenarioMessage {
  readonly serial: string
  readonly clientId: string
  readonly data: string
  readonly headers: Headers
}

/** An agent that writes to a channel. Headers are those of the protocol; without them it is a response that streams. */
export interface ScenarioAgent {
  /** @returns the serial of the response. */
  begin(text?: string, headers?: Headers): Promise<string>
  append(serial: string, text: string, headers?: Headers): Promise<unknown>
  /** Appends a last text and completes the response. */
  complete(serial: string, text?: string): Promise<unknown>
  /** Replaces the full text. */
  update(serial: string, text: string): Promise<unknown>
  delete(serial: string): Promise<unknown>
  /** The targets of the cancels on the channel. */
  cancelled(): readonly string[]
  /** The messages of a name that were created on the channel since the agent is there, in their order. */
  published(name: 'prompt' | 'answer'): readonly ScenarioMessage[]
}

/** The environment of a scenario: a user's client, and what can happen to it. */
export interface BindingHarness {
  /** Its client id is `ann`. */
  readonly client: AblyClient
  /** Another person's client, with the client id `bob`. Nothing happens to its network. */
  readonly other: AblyClient
  /** The prefix of the scenarios' channel names, for a shared harness. Default `ai:`. */
  readonly prefix?: string
  /** Options for opening conversations, through which the harness controls frames and time. */
  readonly options: Pick<BindingOptions, 'scheduler' | 'clock'>
  /** How often subscribers have been notified. */
  frames(): number
  agent(channelName: string): ScenarioAgent
  /** Disconnects the network until `reconnect`. */
  drop(): void
  /** Reconnects: in time (`resumed`, the default), or too late, so that missed messages are only in history. */
  reconnect(options?: { readonly resumed?: boolean }): void
  /** Makes the service detach the channel with an error, if the harness can do that. */
  fail?(channelName: string, reason: string): void
  /** Lets time pass until `seen` holds. @throws an error with the text of `say` if it never does */
  until(driver: BindingDriver, seen: () => boolean, say: () => string): Promise<void>
}
