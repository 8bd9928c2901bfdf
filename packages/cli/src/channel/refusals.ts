import type { ErrorInfo } from 'ably'
import { CommandError } from '../command-error.ts'
import { conceal } from '../format/conceal.ts'
import type { Target } from './target.ts'
import { nameOf } from './target.ts'

const BAD_CHANNEL_NAME = 40_010

/** The error for a connection that the service refuses. */
export function refusedConnection(target: Target, error: ErrorInfo | null): CommandError {
  const reason = said(error, target) ?? 'the connection was refused'
  const key = target.local ? 'the --key that local Ably was started with' : 'the key (ABLY_API_KEY or --key) and the host'
  return new CommandError('connection', `unable to connect to ${nameOf(target)}; ${reason}: check ${key}`, error)
}

/** The error for a channel that the service refuses. */
export function refusedChannel(target: Target, channelName: string, error: ErrorInfo | null): CommandError {
  const reason = said(error, target) ?? 'the channel was refused'
  return error?.code === BAD_CHANNEL_NAME
    ? new CommandError('usage', `unable to follow the channel; ${reason}: name another, such as ai:my-conversation`, error)
    : new CommandError(
        'connection',
        `unable to follow ${channelName}; ${reason}: use a key that may subscribe to it and read its history`,
        error,
      )
}

/** The service attaches a channel for a key that may only publish, and delivers nothing. */
export function forbidden(channelName: string): CommandError {
  return new CommandError('connection', `unable to follow ${channelName}; the key may not subscribe to it: use one that may`)
}

/** The error for a target that does not answer. */
export function silent(target: Target, ms: number, error: ErrorInfo | null | undefined): CommandError {
  const words = said(error, target)
  const reason = `no connection for ${ms / 1_000} s${words === undefined ? '' : ` (${words})`}`
  const advice = target.local
    ? 'start one with local-ably, or name its port as in --local 4510'
    : 'check the network and the host, or wait longer with --timeout'
  return new CommandError('connection', `unable to reach ${nameOf(target)}; ${reason}: ${advice}`, error)
}

/** A client's error text may contain anything, also a key. */
function said(error: ErrorInfo | null | undefined, { key }: Target): string | undefined {
  return error ? conceal(error.message, key) : undefined
}
