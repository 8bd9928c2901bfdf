import { useChat } from '@ai-sdk/react'
import { useChat as useChatLowest } from 'ai-sdk-react-lowest'
import type { ReactNode } from 'react'
import { StrictMode, createElement, useEffect } from 'react'
import { createRoot } from 'react-dom/client'
import { flushSync } from 'react-dom'
import type { ConversationTransport, ConversationUIMessage } from '../src/index.ts'
import type { ChatDriver, MountedChat, MountOptions } from './chat-driver.ts'
import { lineOf } from './chat-driver.ts'

type Helpers = ReturnType<typeof useChat<ConversationUIMessage>>

export const react = driverOf('React', useChat)
/** The types of two releases are incompatible; the parts used here are alike. */
export const reactLowest = driverOf('React, lowest release', useChatLowest as unknown as typeof useChat)

/** In strict mode, so that every test also covers double effects. */
function driverOf(framework: string, use: typeof useChat): ChatDriver {
  return { framework, mount }

  function mount(transport: ConversationTransport, options: MountOptions = {}): MountedChat {
    const drawn: string[][] = []
    let latest: Helpers | undefined
    const draw = (helpers: Helpers) => {
      latest = helpers
      drawn.push(helpers.messages.map(lineOf))
    }
    const root = createRoot(document.createElement('main'))
    flushSync(() => root.render(createElement(StrictMode, null, createElement(Page, { use, transport, options, draw }))))
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
      decide: async (response) => chat().addToolApprovalResponse(response),
      give: async (output) => chat().addToolOutput(output as never), // The product's types say which tools there are.
      stop: () => chat().stop(),
      resume: () => chat().resumeStream(),
      show: (next) => chat().setMessages(next),
      unmount() {
        if (mounted) root.unmount()
        mounted = false
      },
    }
  }
}

interface PageProps {
  readonly use: typeof useChat
  readonly transport: ConversationTransport
  readonly options: MountOptions
  readonly draw: (helpers: Helpers) => void
}

function Page({ use, transport, options, draw }: PageProps): ReactNode {
  const { messages, follow = true, onToolCall, sendAutomaticallyWhen = transport.sendAutomaticallyWhen } = options
  const chat = use<ConversationUIMessage>({
    id: 'chat',
    transport,
    ...(messages && { messages }),
    sendAutomaticallyWhen,
    onToolCall: ({ toolCall: { toolName, toolCallId, input } }) => {
      const output = onToolCall?.({ toolName, toolCallId, input })
      if (output !== undefined) void chat.addToolOutput({ tool: toolName, toolCallId, output } as never) // The product's types say which tools there are.
    },
  })
  const { setMessages, resumeStream } = chat
  useEffect(() => {
    if (follow === 'redactions') return transport.followRedactions({ setMessages, resumeStream })
    if (follow) return transport.follow({ setMessages, resumeStream })
    return undefined
  }, [follow, transport, setMessages, resumeStream])
  useEffect(() => draw(chat))
  return null
}
