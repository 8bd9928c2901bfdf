import { channelNameProblem } from '@streamfold/client'
import type { ChannelOptions, DeriveOptions } from 'ably'
import type { PropType } from 'vue'
import { computed, defineComponent, onBeforeMount, watch } from 'vue'
import { useClient } from './ably-client.ts'
import { provideChannel } from './channel-instance.ts'

/** Provides a channel and its options to the components below, as `ChannelProvider` of `ably/react` does. It does not attach the channel. */
export const ChannelProvider = defineComponent({
  name: 'ChannelProvider',
  props: {
    channelName: { type: String, required: true },
    options: { type: Object as PropType<ChannelOptions>, default: undefined },
    deriveOptions: { type: Object as PropType<DeriveOptions>, default: undefined },
    ablyId: { type: String, default: 'default' },
  },
  setup(props, { slots }) {
    const client = useClient(() => props.ablyId)
    const channel = computed(() => {
      const { channels } = client.value
      const { channelName, deriveOptions } = props
      const problem = channelNameProblem(channelName)
      if (problem) throw problem
      return deriveOptions ? channels.getDerived(channelName, deriveOptions) : channels.get(channelName)
    })
    provideChannel(
      computed(() => ({
        ablyId: props.ablyId,
        channelName: props.channelName,
        channel: channel.value,
        regular: props.deriveOptions ? client.value.channels.get(props.channelName) : channel.value,
      })),
    )
    // Before the components below are mounted and attach. The channel's state shows a refusal.
    onBeforeMount(() => {
      watch(
        [channel, () => props.options] as const,
        ([channel, options]) => channel.setOptions({ ...options, attachOnSubscribe: false }).catch(() => {}),
        { immediate: true, flush: 'sync' },
      )
    })
    return () => slots['default']?.()
  },
})
