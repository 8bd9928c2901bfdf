import type { RealtimeClient } from 'ably'
import type { PropType } from 'vue'
import { defineComponent } from 'vue'
import { provideAbly } from './ably-client.ts'

/** Provides a client to the components below, as `AblyProvider` of `ably/react` does. */
export const AblyProvider = defineComponent({
  name: 'AblyProvider',
  props: {
    client: { type: Object as PropType<RealtimeClient>, required: true },
    /** The client's id, if there are several. It cannot change. */
    ablyId: { type: String, default: 'default' },
  },
  setup(props, { slots }) {
    provideAbly(() => props.client, props.ablyId)
    return () => slots['default']?.()
  },
})
