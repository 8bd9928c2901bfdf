import type { ArchivedMessage } from '@streamfold/core/transport'

type Change = Partial<Omit<ArchivedMessage, 'version' | 'extras'>> & {
  readonly version?: string
  readonly at?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** The serial of the nth version of a channel. */
export function serialOf(nth: number): string {
  return `${String(nth).padStart(14, '0')}-000@archive:000`
}

/** A prompt, as an archive is given it. @param nth of the channel's versions; its time is a second for each */
export function prompt(nth: number, text: string, change: Change = {}): ArchivedMessage {
  return message(nth, { name: 'prompt', data: text, clientId: 'ann', headers: { role: 'user' }, ...change })
}

/** A response, as an archive is given it. */
export function response(nth: number, text: string, change: Change = {}): ArchivedMessage {
  const headers = { role: 'assistant', status: 'complete', 'reply-to': serialOf(nth - 1), ...change.headers }
  return message(nth, { name: 'response', data: text, clientId: 'agent', ...change, headers })
}

/** A later version of a message. */
export function changed(before: ArchivedMessage, nth: number, data: string, headers = before.extras.headers): ArchivedMessage {
  return { ...before, data, version: { serial: serialOf(nth), timestamp: nth * 1_000 }, extras: { headers } }
}

/** A message after its delete. */
export function deleted(before: ArchivedMessage, nth: number): ArchivedMessage {
  return { ...changed(before, nth, ''), action: 'message.delete' }
}

function message(nth: number, { version = serialOf(nth), at = nth * 1_000, headers = {}, ...change }: Change): ArchivedMessage {
  return {
    serial: serialOf(nth),
    action: 'message.update',
    name: 'response',
    data: '',
    clientId: undefined,
    timestamp: at,
    version: { serial: version, timestamp: at },
    extras: { headers },
    ...change,
  }
}
