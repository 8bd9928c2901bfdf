import type { OpenOptions } from '@streamfold/client'
import type { ConversationTransport } from '@streamfold/core/transport'
import type { PropType } from 'vue'
import { defineComponent, provide, toRefs } from 'vue'
import { conversationKey } from './conversation-key.ts'
import { useOpened } from './use-opened.ts'

/** Opens a conversation for the components below it; they read it with `useConversation()`, `useMessage`, `useMessageIds` and `useStore`. */
export const ConversationProvider = defineComponent({
  name: 'ConversationProvider',
  props: {
    // Vue accepts any type here, because the conversation reports a wrong name.
    channelName: { type: null as unknown as PropType<string | null | undefined>, required: true },
    enabled: { type: Boolean, default: true },
    transport: { type: Object as PropType<ConversationTransport>, default: undefined },
    agent: { type: [String, Array, Function] as unknown as PropType<OpenOptions['agent']>, default: undefined },
    text: { type: Function as PropType<OpenOptions['text']>, default: undefined },
    codec: { type: Object as PropType<OpenOptions['codec']>, default: undefined },
    permissions: { type: Object as PropType<OpenOptions['permissions']>, default: undefined },
    rewind: { type: [String, Boolean] as PropType<OpenOptions['rewind']>, default: undefined },
    history: { type: Number as PropType<OpenOptions['history']>, default: undefined },
    notifyAgent: { type: Function as PropType<OpenOptions['notifyAgent']>, default: undefined },
    upload: { type: Function as PropType<OpenOptions['upload']>, default: undefined },
    initial: { type: Object as PropType<OpenOptions['initial']>, default: undefined },
    since: { type: String as PropType<OpenOptions['since']>, default: undefined },
    log: { type: [Boolean, Object] as PropType<OpenOptions['log']>, default: undefined },
    head: { type: String as PropType<OpenOptions['head']>, default: undefined },
    shareBranch: { type: Boolean as PropType<OpenOptions['shareBranch']>, default: undefined },
    scheduler: { type: Function as PropType<OpenOptions['scheduler']>, default: undefined },
    clock: { type: Object as PropType<OpenOptions['clock']>, default: undefined },
    ablyId: { type: String, default: 'default' },
  },
  setup(props, { slots }) {
    provide(conversationKey, useOpened(toRefs(props)))
    return () => slots['default']?.()
  },
})
