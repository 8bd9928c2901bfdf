import type { Draft, Headers, ResponseWriter } from '@streamfold/core'
import type { Clock } from '../src/clock.ts'

/** What becomes of one operation. */
export interface Fate {
  /**
   * `accepted`; `refused`: without effect; `applied`: with effect, but the answer is an error (a lost ACK); `folded`: refused,
   * yet a later append carries it along, unless an update comes first; `doubled`: sent twice over a broken connection, took
   * effect twice, and the writer has its doubts.
   */
  readonly verdict: 'accepted' | 'refused' | 'applied' | 'folded' | 'doubled'
  /** Milliseconds until the caller hears. */
  readonly delay: number
}

interface Stored {
  text: string
  headers: Headers
  folded: string
}

export interface FakeServer extends ResponseWriter {
  readonly stored: ReadonlyMap<string, Stored>
  /** Operations as they came in: `create`, `append <text>`, `update <text>`. */
  readonly log: readonly string[]
  readonly inFlight: () => number
  readonly mostInFlight: () => number
}

/** A server that handles operations in the order of the calls and answers when their fates say. */
export function fakeServer(
  clock: Clock,
  fate: (operation: 'create' | 'append' | 'update', nth: number) => Fate,
  maxMessageSize = 65_536,
): FakeServer {
  const stored = new Map<string, Stored>()
  const ids = new Map<string, string>()
  const log: string[] = []
  const counts = { create: 0, append: 0, update: 0 }
  let inFlight = 0
  let most = 0

  function answer<T>({ verdict, delay }: Fate, value: T): Promise<T> {
    most = Math.max(most, ++inFlight)
    return new Promise((resolve, reject) => {
      clock.after(delay, () => {
        inFlight--
        if (verdict === 'accepted') resolve(value)
        else reject(Object.assign(new Error(`${verdict} by the fake server`), { code: 42911 }))
      })
    })
  }

  return {
    stored,
    log,
    maxMessageSize,
    inFlight: () => inFlight,
    mostInFlight: () => most,
    create(draft) {
      log.push('create')
      const it = fate('create', counts.create++)
      const serial = (draft.id === undefined ? undefined : ids.get(draft.id)) ?? `serial-${stored.size + 1}`
      if (takesEffect(it) && !stored.has(serial)) {
        stored.set(serial, { text: draft.text, headers: draft.headers, folded: '' })
        if (draft.id !== undefined) ids.set(draft.id, serial)
      }
      return answer(it, { serial })
    },
    append(serial, draft: Draft) {
      log.push(`append ${draft.text}`)
      const it = fate('append', counts.append++)
      const message = stored.get(serial)!
      if (it.verdict === 'folded') message.folded += draft.text
      else if (takesEffect(it)) {
        message.text += message.folded + draft.text.repeat(it.verdict === 'doubled' ? 2 : 1)
        message.folded = ''
        message.headers = draft.headers
      }
      return answer(it, { version: null })
    },
    update(serial, draft) {
      log.push(`update ${draft.text}`)
      const it = fate('update', counts.update++)
      if (takesEffect(it)) Object.assign(stored.get(serial)!, { text: draft.text, headers: draft.headers, folded: '' })
      return answer(it, { version: null })
    },
  }
}

function takesEffect({ verdict }: Fate): boolean {
  return verdict === 'accepted' || verdict === 'applied' || verdict === 'doubled'
}

export const accepted: Fate = { verdict: 'accepted', delay: 5 }
