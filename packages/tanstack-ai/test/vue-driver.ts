import { createApp, defineComponent, watchEffect } from 'vue'
import { useChat } from '../examples/use-chat.ts'
import type { ChatConnection } from '../src/index.ts'
import type { ChatDriver, MountedChat, MountOptions } from './chat-driver.ts'
import { linesOf, shownInterrupt } from './chat-driver.ts'

/** The composable of the README. */
export const vue: ChatDriver = {
  name: 'Vue',
  mount(connection: ChatConnection, { tools, pageSize, initialMessages }: MountOptions = {}): MountedChat {
    const drawn: string[][] = []
    let chat!: ReturnType<typeof useChat>
    const Page = defineComponent({
      setup() {
        chat = useChat({
          connection,
          threadId: 'thread',
          persistence: true,
          ...(pageSize !== undefined && { history: { pageSize } }),
          ...(tools && { tools }),
          ...(initialMessages && { initialMessages }),
        })
        watchEffect(() => drawn.push(linesOf(chat.messages.value)), {
          flush: 'post',
        })
        return () => null
      },
    })
    const app = createApp(Page)
    app.mount(document.createElement('main'))
    let mounted = true
    return {
      messages: () => chat.client.getMessages(),
      drawn,
      isLoading: () => chat.isLoading.value,
      isGenerating: () => chat.isGenerating.value,
      error: () => chat.error.value?.message,
      interrupts: () => chat.interrupts.value.map(shownInterrupt),
      send: (text) => chat.client.sendMessage(text),
      reload: () => chat.client.reload(),
      decide: (id, approved) => chat.client.addToolApprovalResponse({ id, approved }),
      stop: () => chat.client.stop(),
      loadOlder: () => chat.client.loadOlderMessages(),
      unmount() {
        if (mounted) app.unmount()
        mounted = false
      },
    }
  },
}
