import { createClientSession } from '@ably/ai-transport/vercel'
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
