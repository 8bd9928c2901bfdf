import { AblyError } from '../protocol/ably-error.ts'
import { Action } from '../protocol/actions.ts'
import { Frame } from '../protocol/frame.ts'
import type { Connection } from './connection.ts'
import type { Transport } from './transport.ts'

const WARNING = 30_000
const TOO_SHORT_TO_WARN = 5500

/** Asks for a new token before the current one ends, and disconnects when none came. Returns how to stop watching. */
export function watchExpiry(connection: Connection, transport: Transport): () => void {
  const { clock } = connection.host.options
  let cancel: (() => void) | undefined
  const watch = (warned: number | undefined): void => {
    const { expires } = connection.principal
    if (expires === undefined) return
    const left = expires - clock.now()
    if (left <= 0) return transport.end(expiredFrame())
    if (warned !== expires && left > TOO_SHORT_TO_WARN) {
      cancel = clock.after(Math.max(left - WARNING, 0), () => {
        if (connection.principal.expires === expires) transport.send(new Frame({ action: Action.AUTH }))
        watch(expires)
      })
    } else {
      cancel = clock.after(left, () => watch(expires))
    }
  }
  watch(undefined)
  return () => cancel?.()
}

function expiredFrame(): Frame {
  const error = new AblyError(40142, 401, 'unable to continue; the token has expired')
  return new Frame({ action: Action.DISCONNECTED, error: error.toWire() })
}
