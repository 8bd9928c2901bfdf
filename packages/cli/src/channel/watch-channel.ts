import type { Connection, RealtimeChannel } from 'ably'
import type { CommandError } from '../command-error.ts'
import { forbidden, refusedChannel, refusedConnection, silent } from './refusals.ts'
import type { Target } from './target.ts'

/** Milliseconds without the channel before it is given up: at first, and once it was there. */
export interface Patience {
  readonly first: number
  readonly later: number
}

export interface WatchOptions {
  readonly target: Target
  readonly patience: Patience
  /** Called once, when the channel is attached for the first time. */
  readonly onAttached: () => void
  /** Called when there is no point in going on. */
  readonly onFailed: (reason: CommandError) => void
}

/** Watches over channel and connection: the client itself would try for ever. @returns the way to stop. */
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
