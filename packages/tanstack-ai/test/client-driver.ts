import { ChatClient } from '@tanstack/ai-client'
import type { ChatConnection } from '../src/index.ts'
import type { ChatDriver, MountedChat, MountOptions } from './chat-driver.ts'
import { linesOf, shownInterrupt } from './chat-driver.ts'

/** A page without a framework. */
export const client: ChatDriver = {
  name: 'ChatClient',
  mount(connection: ChatConnection, { tools, live = true, pageSize, initialMessages }: MountOptions = {}): MountedChat {
    const drawn: string[][] = []
    const chat = new ChatClient({
      connection,
      threadId: 'thread',
      persistence: true,
      ...(pageSize !== undefined && { history: { pageSize } }),
      ...(tools && { tools }),
      ...(initialMessages && { initialMessages }),
      onMessagesChange: (messages) => drawn.push(linesOf(messages)),
    })
    if (live) chat.subscribe()
    chat.attach()
    return {
      messages: () => chat.getMessages(),
      drawn,
      isLoading: () => chat.getIsLoading(),
      isGenerating: () => chat.getSessionGenerating(),
      error: () => chat.getError()?.message,
      interrupts: () => chat.getInterrupts().map(shownInterrupt),
      send: (text) => chat.sendMessage(text),
      reload: () => chat.reload(),
      decide: (id, approved) => chat.addToolApprovalResponse({ id, approved }),
      stop: () => chat.stop(),
      loadOlder: () => chat.loadOlderMessages(),
      unmount: () => chat.dispose(),
    }
  },
}
