import { channelNameProblem } from '@streamfold/client'
import type { ChannelOptions, DeriveOptions } from 'ably'
import { untrack } from 'svelte'
import { useClient } from './ably-client.ts'
import { provideInstance } from './channel-instance.svelte.ts'

export interface ProvideChannelOptions {
  readonly channelName: string
  readonly options?: ChannelOptions | undefined
  readonly deriveOptions?: DeriveOptions | undefined
  readonly ablyId?: string | undefined
}

/** Provides a channel and its options, which may change, to the components below. */
export function provideChannel(given: () => ProvideChannelOptions): void {
  const client = useClient(() => given().ablyId)
  const channel = $derived.by(() => {
    const { channels } = client.current
    const { channelName, deriveOptions } = given()
    const problem = channelNameProblem(channelName)
    if (problem) throw problem
    return deriveOptions ? channels.getDerived(channelName, deriveOptions) : channels.get(channelName)
  })
  const provided = $derived({
    ablyId: given().ablyId ?? 'default',
    channelName: given().channelName,
    channel,
    regular: given().deriveOptions ? client.current.channels.get(given().channelName) : channel,
  })
  provideInstance({
    get current() {
      return provided
    },
  })
  // Before the components below are mounted and attach: their effects run before an `$effect` of this one. The channel's state shows a refusal.
  $effect.pre(() => {
    const [now, options] = [channel, { ...given().options, attachOnSubscribe: false }]
    untrack(() => now.setOptions(options)).catch(() => {})
  })
}
