import type { BindingDriver, BindingOptions, ScreenRow } from '@streamfold/testkit'
import { selectMessages } from '@streamfold/core'
import type { RealtimeChannel } from 'ably'
import type { ConversationHandle } from '../src/index.ts'
import { runClientTools, view } from '@streamfold/client'
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
      const messages = selectMessages(handle!.store.getSnapshot())
      for (const message of messages) {
        const known = drawn.get(message.key)
        const state = view.promptStates(handle!.store.getSnapshot()).get(message.id) ?? ''
        if (known?.message === message && known.row.state === state) continue
        const element = known?.element ?? {}
        const row = { element, text: message.text, status: message.status, state, calls: callsOf(message) }
        drawn.set(message.key, { element, row, message, draws: (known?.draws ?? 0) + 1 })
      }
      const next = messages.map(({ key }) => key)
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
        const state = (handle ?? shown).store.getSnapshot()
        return {
          rows: keys.flatMap((key) => drawn.get(key)?.row ?? []),
          status: view.status(state),
          connectionStatus: view.connectionStatus(state),
          error: view.error(state) ?? '',
          unanswered: view.unanswered(state)?.reason ?? '',
          waiting: view
            .waiting(state)
            .map(({ call }) => call.toolCallId)
            .join(),
          hasOlder: view.hasOlder(state),
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
