import { openConversation } from '@streamfold/ably'
import { view } from '@streamfold/client'
import { useConversation as useInReact } from '@streamfold/react'
import { ablyPlugin, ChannelProvider as VueChannelProvider, useConversation as useInVue } from '@streamfold/vue'
import { AblyProvider, ChannelProvider } from 'ably/react'
import { createElement } from 'react'
import { createApp, h } from 'vue'
import type { Page } from '../../layer.ts'
import type { AblyPlace } from '../ably-stage.ts'
import { renderHook } from '../render-hook.ts'
import type { Opened } from './opened-page.ts'
import { openedPage } from './opened-page.ts'

/** The client without a framework. */
export async function plainPage({ client, channelName }: AblyPlace): Promise<Page> {
  const handle = openConversation(client.channels.get(channelName), { agent: 'agent' })
  const { store, sendMessage, answer, stop } = handle
  const opened = (): Opened => ({
    messages: view.messages(store.getState()),
    waiting: view.waiting(store.getState()),
    sendMessage,
    answer,
    stop,
  })
  return openedPage(opened, () => handle.release())
}

export async function reactPage({ client, channelName }: AblyPlace): Promise<Page> {
  const { current, unmount } = renderHook(
    () => {
      const { messages, waiting, sendMessage, answer, stop } = useInReact({ channelName, agent: 'agent' })
      return { messages, waiting, sendMessage, answer, stop }
    },
    (page) => createElement(AblyProvider, { client, children: createElement(ChannelProvider, { channelName, children: page }) }),
  )
  return openedPage(current, unmount)
}

export async function vuePage({ client, channelName }: AblyPlace): Promise<Page> {
  let opened: (() => Opened) | undefined
  const Chat = {
    setup() {
      const { messages, waiting, sendMessage, answer, stop } = useInVue({ channelName, agent: 'agent' })
      opened = () => ({ messages: messages.value, waiting: waiting.value, sendMessage, answer, stop })
      return () => h('p', messages.value.map(({ text }) => text).join(' '))
    },
  }
  const app = createApp(() => h(VueChannelProvider, { channelName }, () => h(Chat)))
  app.use(ablyPlugin, client)
  app.mount(document.createElement('main'))
  return openedPage(
    () => opened!(),
    () => app.unmount(),
  ) // `mount` has run `setup`.
}
