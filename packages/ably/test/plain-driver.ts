import type { BindingDriver, BindingOptions, ScreenRow } from '@streamfold/testkit'
import { selectMessages, selectPath } from '@streamfold/core'
import type { RealtimeChannel } from 'ably'
import type { ConversationHandle } from '../src/index.ts'
import { runClientTools, selectMessageIds, view } from '@streamfold/client'
import { callsOf } from '@streamfold/testkit'
import { openConversation } from '../src/index.ts'

/** The third binding: no framework. The screen is what it has written down when it was last told. */
export const plainDriver: BindingDriver = {
  settled: () => Promise.resolve(),
  cannotBeUnnamed: 'without a framework a channel is opened when there is one',
  mount(client, options) {
    const drawn = new Map<string, { element: object; row: ScreenRow; message: unknown; draws: number }>()
    let keys: readonly string[] = []
    let list = 0
    let current = options
    let handle: ConversationHandle | undefined
    let stop = () => {}

    function draw(): void {
      const state = handle!.store.getSnapshot()
      const head = handle!.head(state)
      const messages = selectPath(state, head)
      for (const message of messages) {
        const known = drawn.get(message.key)
        const standing = view.promptStates(state, head).get(message.id) ?? ''
        const siblings = handle!.siblings(message.id)
        const at = siblings.findIndex(({ id }) => id === message.id)
        const version = siblings.length > 1 && at >= 0 ? `${at + 1}/${siblings.length}` : ''
        if (known?.message === message && known.row.state === standing && known.row.version === version) continue
        const element = known?.element ?? {}
        const row = { element, text: message.text, status: message.status, state: standing, version, calls: callsOf(message) }
        drawn.set(message.key, { element, row, message, draws: (known?.draws ?? 0) + 1 })
      }
      const next = selectMessageIds(state, undefined, head, current.order).map(({ key }) => key)
      if (next.join() !== keys.join()) list++
      keys = next
    }
    function open(next: BindingOptions): void {
      handle = openConversation(client.channels.get(next.channelName ?? '') as unknown as RealtimeChannel, next) // It stands for one.
      const stops = [handle.store.subscribe(draw), runClientTools(handle, () => next.tools ?? {})]
      stop = () => stops.forEach((each) => each())
      draw()
    }
    function close(): void {
      stop()
      handle?.release()
      handle = undefined
    }

    open(options)
    const shown = handle! // Opened just now.
    return {
      screen() {
        const { store, head: headOf } = handle ?? shown
        const state = store.getSnapshot()
        const head = headOf(state)
        return {
          rows: keys.flatMap((key) => drawn.get(key)?.row ?? []),
          status: view.status(state, head),
          connectionStatus: view.connectionStatus(state, head),
          error: view.error(state, head) ?? '',
          unanswered: view.unanswered(state, head)?.reason ?? '',
          waiting: view
            .waiting(state, head)
            .map(({ call }) => call.toolCallId)
            .join(),
          hasOlder: view.hasOlder(state, head),
        }
      },
      actions: () => handle ?? shown,
      draws: () => ({ list, rows: new Map([...drawn].map(([key, { draws }]) => [key, draws])) }),
      update(next) {
        close()
        open((current = next))
      },
      unmount: close,
      hide: close,
      show: () => open(current),
    }
  },
  mountSelection(client, options, selector, isEqual = Object.is) {
    let shown: readonly string[]
    let draws = 0
    let close = () => {}
    function open(next: BindingOptions): void {
      const { store, release } = openConversation(client.channels.get(next.channelName ?? '') as unknown as RealtimeChannel, next) // It stands for one.
      const draw = () => {
        const texts = selector(selectMessages(store.getSnapshot()))
        if (draws > 0 && isEqual(shown, texts)) return
        shown = texts
        draws++
      }
      const stop = store.subscribe(draw)
      draw()
      close = () => {
        stop()
        release()
      }
    }
    open(options)
    return {
      text: () => shown.join(),
      draws: () => draws,
      update(next) {
        close()
        open(next)
      },
      unmount: () => close(),
    }
  },
}
