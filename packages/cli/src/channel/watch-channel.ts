import type { Connection, RealtimeChannel } from 'ably'
import type { CommandError } from '../command-error.ts'
import { forbidden, refusedChannel, refusedConnection, silent } from './refusals.ts'
import type { Target } from './target.ts'

/** Milliseconds without the channel before the command gives up: before the first attachment, and after it. */
export interface Patience {
  readonly first: number
  readonly later: number
}

/** Options of `watchChannel`. */
export interface WatchOptions {
  readonly target: Target
  readonly patience: Patience
  /** Called once, after the first attachment. */
  readonly onAttached: () => void
  /** Called when it is pointless to continue. */
  readonly onFailed: (reason: CommandError) => void
}

/** Watches channel and connection, because the client itself would try for ever. @returns stops watching */
export function watchChannel(channel: RealtimeChannel, connection: Connection, options: WatchOptions): () => void {
  const { target, patience, onFailed } = options
  let attached = false
  let giveUp: NodeJS.Timeout | undefined

  function check(): void {
    if (connection.state === 'failed') return onFailed(refusedConnection(target, connection.errorReason))
    if (channel.state === 'failed') return onFailed(refusedChannel(target, channel.name, channel.errorReason))
    if (connection.state !== 'connected' || channel.state !== 'attached') return wait()
    if (channel.modes?.includes('subscribe') === false) return onFailed(forbidden(channel.name))
    clearTimeout(giveUp)
    giveUp = undefined
    if (!attached) options.onAttached()
    attached = true
  }

  function wait(): void {
    const ms = attached ? patience.later : patience.first
    giveUp ??= setTimeout(() => onFailed(silent(target, ms, connection.errorReason ?? channel.errorReason)), ms)
  }

  channel.on(check)
  connection.on(check)
  check()
  return () => {
    clearTimeout(giveUp)
    channel.off(check)
    connection.off(check)
  }
}
