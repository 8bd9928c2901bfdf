import { useChat } from '@tanstack/ai-react'
import type { ReactNode } from 'react'
import { StrictMode, createElement, useEffect } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'
import type { ChatConnection } from '../src/index.ts'
import type { ChatDriver, MountedChat, MountOptions } from './chat-driver.ts'
import { linesOf, shownInterrupt } from './chat-driver.ts'

type Chat = ReturnType<typeof useChat>

/** In strict mode, so that every test also covers double effects. */
export const react: ChatDriver = {
  name: 'React',
  mount(connection: ChatConnection, options: MountOptions = {}): MountedChat {
    const drawn: string[][] = []
    let latest: Chat | undefined
    const draw = (chat: Chat): void => {
      latest = chat
      drawn.push(linesOf(chat.messages))
    }
    const root = createRoot(document.createElement('main'))
    flushSync(() => root.render(createElement(StrictMode, null, createElement(Page, { connection, options, draw }))))
    let mounted = true
    const chat = (): Chat => latest!
    return {
      messages: () => chat().messages,
      drawn,
      isLoading: () => chat().isLoading,
      isGenerating: () => chat().sessionGenerating,
      error: () => chat().error?.message,
      interrupts: () => chat().interrupts.map(shownInterrupt),
      send: (text) => chat().sendMessage(text),
      reload: () => chat().reload(),
      decide: (id, approved) => chat().addToolApprovalResponse({ id, approved }),
      stop: () => chat().stop(),
      loadOlder: () => chat().loadOlderMessages(),
      unmount() {
        if (mounted) root.unmount()
        mounted = false
      },
    }
  },
}

interface PageProps {
  readonly connection: ChatConnection
  readonly options: MountOptions
  readonly draw: (chat: Chat) => void
}

function Page({ connection, options, draw }: PageProps): ReactNode {
  const { tools, live = true, pageSize, initialMessages } = options
  const chat = useChat({
    connection,
    threadId: 'thread',
    persistence: true,
    live,
    ...(pageSize !== undefined && { history: { pageSize } }),
    ...(tools && { tools: [...tools] }),
    ...(initialMessages && { initialMessages }),
  }) as unknown as Chat // The product's tools say which parts there are.
  useEffect(() => draw(chat))
  return null
}
