// @vitest-environment happy-dom
import type { Realtime } from 'ably'
import { describe } from 'vitest'
import { computed, defineComponent, h, shallowReactive, toRefs } from 'vue'
import type { MountWithOptions } from '@streamfold/test-support/bindings/option-twins'
import { optionTwins } from '@streamfold/test-support/bindings/option-twins'
import type { OpenOptions } from '@streamfold/client'
import type { UseConversationResult } from '../src/index.ts'
import { AblyProvider, ConversationProvider, useConversation, useStore } from '../src/index.ts'
import { driver } from '@streamfold/test-support/vue/driver'
import { renderInTest } from './render-in-test.ts'

type Options = OpenOptions & { channelName: string; ablyId?: string }

/** @param provided whether the options are given to a provider, or as refs to `useConversation`. */
function mounting(provided: boolean): MountWithOptions {
  return (clients, initial) => {
    const absent = { ablyId: 'default', agent: undefined, text: undefined, rewind: undefined, history: undefined }
    const options = shallowReactive<Options>({
      ...absent,
      notifyAgent: undefined,
      initial: undefined,
      log: undefined,
      ...initial,
    })
    let result: UseConversationResult | undefined
    let store: () => ReturnType<typeof useStore>['value'] = () => useStore().value
    const List = defineComponent(() => {
      result = useConversation(provided ? undefined : toRefs(options))
      const texts = computed(() => result?.messages.value.map(({ key, text }) => h('li', { key }, text)))
      const Store = defineComponent(() => {
        const given = useStore()
        store = () => given.value
        return () => null
      })
      return () => [texts.value, h(ConversationProvider, { ...options }, () => h(Store))]
    })
    const page = () => (provided ? h(ConversationProvider, { ...options }, () => h(List)) : h(List))
    const second = clients[1] as unknown as Realtime // It stands for one.
    const { element, unmount } = renderInTest(
      clients[0] as never,
      () => () => h(AblyProvider, { client: second, ablyId: 'second' }, page),
    )
    return {
      texts: () => [...element.querySelectorAll('li')].map(({ textContent }) => textContent ?? ''),
      conversation: () => result!,
      store: () => store(),
      set: (changed) => void Object.assign(options, changed),
      unmount,
    }
  }
}

describe('given to a provider', () => optionTwins(mounting(true), driver.settled))
describe('given to useConversation', () => optionTwins(mounting(false), driver.settled))
