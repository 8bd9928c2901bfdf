import type { RealtimeChannel } from 'ably'
import { getContext, setContext, untrack } from 'svelte'
import type { MaybeGetter } from '../maybe-getter.ts'
import { valueOf } from '../maybe-getter.ts'
import type { Current } from '../select-state.svelte.ts'
import { useClient } from './ably-client.ts'

/** The channel of a `ChannelProvider`. */
interface ProvidedChannel {
  readonly ablyId: string
  readonly channelName: string
  readonly channel: RealtimeChannel
  /** The channel for publishing: a derived `channel` can only be read. */
  readonly regular: RealtimeChannel
}

export type ChannelInstance = Pick<ProvidedChannel, 'channel' | 'regular'>

/** Names a channel; without a name, the channel of the nearest `ChannelProvider` with the same `ablyId`. */
export interface ChannelNameAndAblyId {
  readonly channelName?: MaybeGetter<string | undefined> | undefined
  readonly ablyId?: MaybeGetter<string | undefined> | undefined
}

const key = Symbol('channels')

/** Provides a channel. @throws if another provider of the same channel is above, because its options would conflict */
export function provideInstance(channel: Current<ProvidedChannel>): void {
  const above = providedChannels()
  const { ablyId, channelName } = untrack(() => channel.current)
  if (untrack(() => above.some(({ current }) => current.channelName === channelName && current.ablyId === ablyId))) {
    throw new Error(
      `unable to provide the channel "${channelName}"; another ChannelProvider of it is above: use that one, or leave it out`,
    )
  }
  setContext(key, [channel, ...above])
}

/** A channel with the options of its `ChannelProvider`, if there is one with its name. */
export function useChannelInstance(which: ChannelNameAndAblyId): Current<ChannelInstance> {
  const client = useClient(() => valueOf(which.ablyId))
  const provided = providedChannels()
  const instance = $derived.by((): ChannelInstance => {
    const ablyId = valueOf(which.ablyId) ?? 'default'
    const channelName = valueOf(which.channelName)
    const found = provided.find(
      ({ current }) => current.ablyId === ablyId && (channelName === undefined || current.channelName === channelName),
    )
    if (found) return found.current
    if (channelName !== undefined) {
      const channel = client.current.channels.get(channelName)
      return { channel, regular: channel }
    }
    throw new Error(
      'unable to find the channel; it was not named and no ChannelProvider is above this component: name it, or render inside one',
    )
  })
  return {
    get current() {
      return instance
    },
  }
}

/** Nearest first. */
function providedChannels(): readonly Current<ProvidedChannel>[] {
  return getContext<readonly Current<ProvidedChannel>[] | undefined>(key) ?? []
}
