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
