import { useChat } from '@ai-sdk/react'
import type { ReactNode } from 'react'
import { StrictMode, createElement, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { flushSync } from 'react-dom'
import type { ConversationTransport, ConversationUIMessage } from '../src/index.ts'
import type { ChatDriver, MountOptions } from './chat-driver.ts'
import { lineOf } from './chat-driver.ts'

type Helpers = ReturnType<typeof useChat<ConversationUIMessage>>

/** In strict mode, so that every test is also one of double effects. */
export const react: ChatDriver = {
  framework: 'React',
  mount(transport, options = {}) {
    const drawn: string[][] = []
    let latest: Helpers | undefined
    const draw = (helpers: Helpers) => {
      latest = helpers
      drawn.push(helpers.messages.map(lineOf))
    }
    const root = createRoot(document.createElement('main'))
    flushSync(() => root.render(createElement(StrictMode, null, createElement(Page, { transport, options, draw }))))
    let mounted = true
    const chat = () => latest!
    return {
      lines: () => drawn.at(-1) ?? [],
      drawn,
      messages: () => chat().messages,
      status: () => chat().status,
      error: () => chat().error?.message,
      send: (message) => chat().sendMessage(typeof message === 'string' ? { text: message } : message),
      regenerate: (which) => chat().regenerate(which),
      stop: () => chat().stop(),
      resume: () => chat().resumeStream(),
      unmount() {
        if (mounted) root.unmount()
        mounted = false
      },
    }
  },
}

interface PageProps {
  readonly transport: ConversationTransport
  readonly options: MountOptions
  readonly draw: (helpers: Helpers) => void
}

function Page({ transport, options: { messages, follow = true }, draw }: PageProps): ReactNode {
  const chat = useChat<ConversationUIMessage>({ id: 'chat', transport, ...(messages && { messages }) })
  const { setMessages, resumeStream } = chat
  useEffect(() => {
    if (follow) return transport.follow({ setMessages, resumeStream })
    return undefined
  }, [follow, transport, setMessages, resumeStream])
  useEffect(() => draw(chat))
  return null
}
