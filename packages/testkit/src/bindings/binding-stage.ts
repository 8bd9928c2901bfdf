import type { AblyClient, BindingDriver, BindingOptions } from './binding-driver.ts'

/** An agent's hand on a channel. */
export interface StageAgent {
  /** @returns the serial of the response. */
  begin(text?: string): Promise<string>
  append(serial: string, text: string): Promise<unknown>
  /** Appends the last words. */
  complete(serial: string, text?: string): Promise<unknown>
  /** Replaces the whole text. */
  update(serial: string, text: string): Promise<unknown>
  delete(serial: string): Promise<unknown>
  /** What the channel was told to stop. */
  cancelled(): readonly string[]
}

/** The world that a scenario plays in: a client of a user, and what can happen to it. */
export interface BindingStage {
  readonly client: AblyClient
  /** What the names of the scenarios' channels begin with, on a stage that others play on, too. Default `ai:`. */
  readonly prefix?: string
  /** What to open conversations with, so that the stage keeps frames and time. */
  readonly options: Pick<BindingOptions, 'scheduler' | 'clock'>
  /** How often subscribers were told so far. */
  frames(): number
  agent(channelName: string): StageAgent
  /** The network goes until `reconnect`. */
  drop(): void
  /** It is back: in time (`resumed`, the default), or too late, when what was missed is only in history. */
  reconnect(options?: { readonly resumed?: boolean }): void
  /** The service takes the channel away, where the stage can do that. */
  fail?(channelName: string, reason: string): void
  /** Lets time pass until `seen` holds. @throws when it never does, with what `say` says. */
  until(driver: BindingDriver, seen: () => boolean, say: () => string): Promise<void>
}
