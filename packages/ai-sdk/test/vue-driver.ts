import { useChat } from '@ai-sdk/vue'
import { useChat as useChatLowest } from 'ai-sdk-vue-lowest'
import { createApp, defineComponent, onScopeDispose, watchEffect } from 'vue'
import type { ConversationTransport, ConversationUIMessage } from '../src/index.ts'
import type { ChatDriver, MountedChat, MountOptions } from './chat-driver.ts'
import { lineOf } from './chat-driver.ts'

type Helpers = ReturnType<typeof useChat<ConversationUIMessage>>

export const vue = driverOf('Vue', useChat)
/** The types of two releases are incompatible; the parts used here are alike. */
export const vueLowest = driverOf('Vue, lowest release', useChatLowest as unknown as typeof useChat)

function driverOf(framework: string, use: typeof useChat): ChatDriver {
  return { framework, mount }

  function mount(transport: ConversationTransport, options: MountOptions = {}): MountedChat {
    const { messages, follow = true, onToolCall, sendAutomaticallyWhen = transport.sendAutomaticallyWhen } = options
    const drawn: string[][] = []
    let chat!: Helpers
    const lines = () => chat.messages.value.map(lineOf)
    const Page = defineComponent({
      setup() {
        chat = use<ConversationUIMessage>({
          id: 'chat',
          transport,
          ...(messages && { messages }),
          sendAutomaticallyWhen,
          onToolCall: ({ toolCall: { toolName, toolCallId, input } }) => {
            const output = onToolCall?.({ toolName, toolCallId, input })
            if (output !== undefined) void chat.addToolOutput({ tool: toolName, toolCallId, output } as never) // The product's types say which tools there are.
          },
        })
        if (follow === 'redactions') onScopeDispose(transport.followRedactions(chat))
        else if (follow) onScopeDispose(transport.follow(chat))
        // Vue renders between tasks, where no test code runs, so the state after a task is what a user sees.
        let waiting = false
        const see = () => {
          waiting = false
          drawn.push(lines())
        }
        watchEffect(
          () => {
            lines()
            if (!waiting) setImmediate(see)
            waiting = true
          },
          { flush: 'post' },
        )
        return () => null
      },
    })
    const app = createApp(Page)
    app.mount(document.createElement('main'))
    let mounted = true
    return {
      lines,
      drawn,
      messages: () => chat.messages.value,
      status: () => chat.status.value,
      error: () => chat.error.value?.message,
      send: (message) => chat.sendMessage(typeof message === 'string' ? { text: message } : message),
      regenerate: (which) => chat.regenerate(which),
      decide: async (response) => chat.addToolApprovalResponse(response),
      give: async (output) => chat.addToolOutput(output as never), // The product's types say which tools there are.
      stop: () => chat.stop(),
      resume: () => chat.resumeStream(),
      show(next) {
        chat.messages.value = next
      },
      unmount() {
        if (mounted) app.unmount()
        mounted = false
      },
    }
  }
}
