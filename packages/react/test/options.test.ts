// @vitest-environment happy-dom
import { AblyProvider } from 'ably/react'
import type { Realtime } from 'ably'
import { StrictMode, createElement } from 'react'
import type { MountWithOptions } from '@streamfold/test-support/bindings/option-twins'
import { optionTwins } from '@streamfold/test-support/bindings/option-twins'
import type { ConversationProviderProps, UseConversationResult } from '../src/index.ts'
import { ConversationProvider, useConversation, useStore } from '../src/index.ts'
import { driver } from '@streamfold/test-support/react/driver'
import { renderInTest } from './render-in-test.ts'

const mount: MountWithOptions = (clients, initial) => {
  let options: ConversationProviderProps = initial
  let result: UseConversationResult | undefined
  let store: ReturnType<typeof useStore> | undefined
  const Reader = () => {
    result = useConversation()
    store = useStore()
    return result.messages.map(({ key, text }) => createElement('li', { key }, text))
  }
  const tree = () => {
    const page = createElement(ConversationProvider, options, createElement(Reader))
    const [client, second] = clients.map((client) => client as unknown as Realtime) // They stand for two.
    const inner = createElement(AblyProvider, { client: second!, ablyId: 'second' }, page)
    return createElement(StrictMode, null, createElement(AblyProvider, { client: client! }, inner))
  }
  const { element, update, unmount } = renderInTest(tree())
  return {
    texts: () => [...element.querySelectorAll('li')].map(({ textContent }) => textContent ?? ''),
    conversation: () => result!,
    store: () => store!,
    set(changed) {
      options = { ...options, ...changed }
      update(tree())
    },
    unmount,
  }
}

optionTwins(mount, driver.settled)
