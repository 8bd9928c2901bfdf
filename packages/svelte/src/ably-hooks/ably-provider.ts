import type { RealtimeClient } from 'ably'
import type { Component, Snippet } from 'svelte'
import Provider from './ably-provider.svelte'

export interface AblyProviderProps {
  readonly client: RealtimeClient
  /** The client's id, if there are several. It cannot change. */
  readonly ablyId?: string | undefined
  readonly children?: Snippet
}

/** Provides a client to the components below, as `AblyProvider` of `ably/react` does. */
export const AblyProvider = Provider as unknown as Component<AblyProviderProps> // Svelte types every component of a file alike.
