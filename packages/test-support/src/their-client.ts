import { createClientSession, createToolResultFork, createUIMessageCodec } from '@ably/ai-transport/vercel'
import type { Realtime } from 'ably'

/** A message as their client shows it, its texts together. */
interface Shown {
  readonly role: string
  readonly text: string
}

type Session = ReturnType<typeof createClientSession>

/** A client of @ably/ai-transport, written as its documentation says. */
export interface TheirClient {
  readonly session: Session
  readonly send: (text: string) => ReturnType<Session['view']['send']>
  readonly shown: () => readonly Shown[]
  /** Reads what was there before. */
  readonly load: () => Promise<void>
  /**
   * Goes to the newest alternative everywhere, as a person may: a view that is open stays where it is when others edit.
   */
  readonly goToNewest: () => void
  /** Gives a call of a run that waits its output, as their transport for `useChat` does: in a run of its own, which takes the place of that one. */
  readonly giveOutput: (toolCallId: string, output: unknown) => Promise<void>
  /** Resolves when it shows what is expected. */
  readonly until: (expected: (shown: readonly Shown[]) => boolean) => Promise<void>
}

export async function theirClient(client: Realtime, channelName: string): Promise<TheirClient> {
  const session = createClientSession({ client, channelName })
  await session.connect()
  const shown = () =>
    session.view.getMessages().map(({ message: { role, parts } }) => ({
      role,
      text: parts.map((part) => (part.type === 'text' ? part.text : '')).join(''),
    }))
  return {
    session,
    shown,
    async load() {
      while (session.view.hasOlder()) await session.view.loadOlder(100)
    },
    goToNewest() {
      const { view } = session
      /** One choice may show others. */
      for (;;) {
        const older = view
          .getMessages()
          .map(({ codecMessageId }) => view.branchSelection(codecMessageId))
          .find(({ index, siblings }) => index < siblings.length - 1)
        if (!older) return
        older.select(older.siblings.length - 1)
      }
    },
    send: (text) =>
      session.view.send({ kind: 'user-message', message: { id: text, role: 'user', parts: [{ type: 'text', text }] } }),
    async giveOutput(toolCallId, output) {
      const codec = createUIMessageCodec()
      const { view, tree } = session
      const { codecMessageId } = view
        .getMessages()
        .find(({ message }) => message.parts.some((part) => 'toolCallId' in part && part.toolCallId === toolCallId))!
      const { runId, projection, parentCodecMessageId } = tree.getRunNode(view.runOf(codecMessageId)!.runId)!
      const { input, sendOptions } = createToolResultFork({
        runMessages: codec.getMessages(projection),
        parentCodecMessageId: parentCodecMessageId!,
        toolCallId,
        result: { output },
        supersedesRunId: runId,
      })
      await view.send([input], sendOptions)
    },
    until: (expected) =>
      new Promise((resolve) => {
        const check = () => {
          if (!expected(shown())) return
          stop()
          resolve()
        }
        const stop = session.view.on('update', check)
        check()
      }),
  }
}
