import type { RealtimeChannel } from 'ably'
import type { ComputedRef, InjectionKey, MaybeRefOrGetter } from 'vue'
import { computed, inject, provide, toValue } from 'vue'
import { useClient } from './ably-client.ts'

/** The channel of a `ChannelProvider`. */
export interface ProvidedChannel {
  readonly ablyId: string
  readonly channelName: string
  readonly channel: RealtimeChannel
  /** The channel for publishing: a derived `channel` can only be read. */
  readonly regular: RealtimeChannel
}

/** Names a channel; without a name, the channel of the nearest `ChannelProvider` with the same `ablyId`. */
export interface ChannelNameAndAblyId {
  readonly channelName?: MaybeRefOrGetter<string | undefined> | undefined
  readonly ablyId?: MaybeRefOrGetter<string | undefined> | undefined
}

/** Nearest first. */
const key: InjectionKey<readonly ComputedRef<ProvidedChannel>[]> = Symbol('channels')

/** Provides a channel. @throws if another provider of the same channel is above, because its options would conflict */
export function provideChannel(channel: ComputedRef<ProvidedChannel>): void {
  const above = inject(key, [])
  const { ablyId, channelName } = channel.value
  if (above.some(({ value }) => value.channelName === channelName && value.ablyId === ablyId)) {
    throw new Error(
      `unable to provide the channel "${channelName}"; another ChannelProvider of it is above: use that one, or leave it out`,
    )
  }
  provide(key, [channel, ...above])
}

/** A channel with the options of its `ChannelProvider`, if there is one with its name. */
export function useChannelInstance(which: ChannelNameAndAblyId): ComputedRef<Pick<ProvidedChannel, 'channel' | 'regular'>> {
  const client = useClient(which.ablyId)
  const provided = inject(key, [])
  return computed(() => {
    const ablyId = toValue(which.ablyId) ?? 'default'
    const channelName = toValue(which.channelName)
    const found = provided.find(
      ({ value }) => value.ablyId === ablyId && (channelName === undefined || value.channelName === channelName),
    )
    if (found) return found.value
    if (channelName !== undefined) {
      const channel = client.value.channels.get(channelName)
      return { channel, regular: channel }
    }
    throw new Error(
      'unable to find the channel; it was not named and no ChannelProvider is above this component: name it, or render inside one',
    )
  })
}
