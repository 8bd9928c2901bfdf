import type { ConversationHandle } from '@streamfold/ably'
import { openConversation } from '@streamfold/ably'
import type { WaitingCall } from '@streamfold/client'
import { view } from '@streamfold/client'
import type { Message } from '@streamfold/core'
import { useConversation as useInReact } from '@streamfold/react'
import { ablyPlugin, ChannelProvider as VueChannelProvider, useConversation as useInVue } from '@streamfold/vue'
import { AblyProvider, ChannelProvider } from 'ably/react'
import { createElement } from 'react'
import { createApp, h } from 'vue'
import type { Page } from '../../layer.ts'
import type { AblyPlace } from '../ably-stage.ts'
import { renderHook } from '../render-hook.ts'
import { shownMessages } from './shown.ts'

/** The members of an opened conversation that a page uses, in every binding. */
interface Opened {
  readonly messages: readonly Message[]
  readonly waiting: readonly WaitingCall[]
  readonly sendMessage: ConversationHandle['sendMessage']
  readonly answer: ConversationHandle['answer']
  readonly stop: ConversationHandle['stop']
}

function pageOf(opened: () => Opened, close: () => void): Page {
  return {
    messages: () => shownMessages(opened().messages),
    send: (text) => opened().sendMessage(text),
    approve(callId) {
      const { waiting, answer } = opened()
      const call = waiting.find(({ call }) => call.toolCallId === callId)
      if (!call) throw new Error(`unable to approve; ${callId} does not wait on the page`)
      return answer(call, { approve: true })
    },
    stop: () => opened().stop(),
    close,
  }
}

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
  return pageOf(opened, () => handle.release())
}

export async function reactPage({ client, channelName }: AblyPlace): Promise<Page> {
  const { current, unmount } = renderHook(
    () => {
      const { messages, waiting, sendMessage, answer, stop } = useInReact({ channelName, agent: 'agent' })
      return { messages, waiting, sendMessage, answer, stop }
    },
    (page) => createElement(AblyProvider, { client, children: createElement(ChannelProvider, { channelName, children: page }) }),
  )
  return pageOf(current, unmount)
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
  return pageOf(
    () => opened!(),
    () => app.unmount(),
  ) // `mount` has run `setup`.
}
