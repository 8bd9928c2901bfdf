import type { Component, Snippet } from 'svelte'
import Provider from './channel-provider.svelte'
import type { ProvideChannelOptions } from './provide-channel.svelte.ts'

export interface ChannelProviderProps extends ProvideChannelOptions {
  readonly children?: Snippet
}

/** Provides a channel and its options to the components below, as `ChannelProvider` of `ably/react` does. It does not attach the channel. */
export const ChannelProvider = Provider as unknown as Component<ChannelProviderProps> // Svelte types every component of a file alike.
