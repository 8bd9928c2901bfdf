import { attributesOf, rowAttributesOf } from '../bindings/read-screen.ts'
import type { BindingDriver, BindingOptions } from '@streamfold/testkit'
import { selectMessages } from '@streamfold/core'
import type { PropType } from 'vue'
import { defineComponent, h, proxyRefs } from 'vue'
import type { UseConversationResult } from '@streamfold/vue'
import {
  ConversationProvider,
  useClientTools,
  useConversation,
  useMessage,
  useMessageIds,
  usePromptState,
  useSelector,
  useSiblings,
} from '@streamfold/vue'

/** What a test binding leaves to be looked at. */
export interface Probe {
  readonly rows: Map<string, number>
  list: number
  result?: UseConversationResult
}

export const newProbe = (): Probe => ({ rows: new Map(), list: 0 })

const probeProp = { type: Object as PropType<Probe>, required: true } as const

const Controls = defineComponent({
  props: { probe: probeProp },
  setup({ probe }) {
    const conversation = useConversation()
    probe.result = conversation
    return () => h('p', attributesOf(proxyRefs(conversation)))
  },
})

const Row = defineComponent({
  props: { id: { type: String, required: true }, name: { type: String, required: true }, probe: probeProp },
  setup(props) {
    const message = useMessage(() => props.id)
    const state = usePromptState(() => props.id)
    const siblings = useSiblings(() => props.id)
    return () => {
      const { rows } = props.probe
      rows.set(props.name, (rows.get(props.name) ?? 0) + 1)
      return h('li', rowAttributesOf(message.value, state.value, siblings.value), message.value?.text)
    }
  },
})

const Tools = defineComponent({
  props: { tools: { type: Object as PropType<NonNullable<BindingOptions['tools']>>, required: true } },
  setup(props) {
    useClientTools(() => props.tools)
    return () => null
  },
})

const List = defineComponent({
  props: { probe: probeProp, order: { type: String as PropType<NonNullable<BindingOptions['order']>> } },
  setup({ probe, order }) {
    const ids = useMessageIds({ ...(order && { order }) })
    return () => {
      probe.list++
      return h(
        'ol',
        ids.value.map(({ key, id }) => h(Row, { key, id, name: key, probe })),
      )
    }
  },
})

type Selecting = Parameters<NonNullable<BindingDriver['mountSelection']>>

const Selection = defineComponent({
  props: {
    probe: probeProp,
    selector: { type: Function as PropType<Selecting[2]>, required: true },
    isEqual: { type: Function as PropType<NonNullable<Selecting[3]>> },
  },
  setup({ probe, selector, isEqual }) {
    const texts = useSelector((state) => selector(selectMessages(state)), isEqual)
    return () => {
      probe.list++
      return h('p', texts.value.join())
    }
  },
})

/** The provider, with one component that draws what it selects. Counts its draws as `list`. */
export function selection(options: BindingOptions, probe: Probe, selector: Selecting[2], isEqual: Selecting[3]) {
  return h(ConversationProvider, { ...options }, () => h(Selection, { probe, selector, ...(isEqual && { isEqual }) }))
}

/** The provider, with the parts that show the conversation. */
export function tree({ tools = {}, order, ...options }: BindingOptions, probe: Probe) {
  return h(ConversationProvider, options, () => [
    h(Controls, { probe }),
    h(Tools, { tools }),
    h(List, { probe, ...(order && { order }) }),
  ])
}
