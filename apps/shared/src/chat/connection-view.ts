import type { ConnectionStatus } from '@streamfold/core'

/** The colour of a state; the text carries the meaning. */
export type Tone = 'good' | 'busy' | 'quiet' | 'warn' | 'bad'

export interface ConnectionView {
  readonly text: string
  readonly tone: Tone
  /** Details that do not fit beside the dot, and what to do. */
  readonly notice: string | undefined
  /** The button in the header; `connect` also where a failed channel can be tried again. */
  readonly action: 'connect' | 'disconnect'
}

/**
 * @param retryAt local time of the client's next try, if there is one
 * @param now local time
 */
export function connectionView(
  status: ConnectionStatus,
  retryAt: number | undefined,
  now: number,
  error: string | undefined,
): ConnectionView {
  switch (status) {
    case 'connecting':
      return view('Connecting', 'busy')
    case 'live':
      return view('Live', 'good')
    case 'catching-up':
      return view('Catching up', 'busy')
    case 'offline':
      return view(
        offlineText(retryAt, now),
        'warn',
        'You are offline. Answers go on without you and are complete when you return.',
      )
    case 'disconnected':
      return view('Disconnected', 'quiet', 'You disconnected. Connect to see what was written meanwhile.', 'connect')
    case 'failed':
      return view('Failed', 'bad', failedNotice(error), 'connect')
    default:
      return status satisfies never
  }
}

function view(text: string, tone: Tone, notice?: string, action: ConnectionView['action'] = 'disconnect'): ConnectionView {
  return { text, tone, notice, action }
}

function offlineText(retryAt: number | undefined, now: number): string {
  if (retryAt === undefined) return 'Offline'
  const seconds = Math.ceil((retryAt - now) / 1000)
  return seconds > 0 ? `Offline, next try in ${seconds} s` : 'Offline, trying again'
}

/** @param error a sentence that says what to do, as bindings give it. */
function failedNotice(error = 'unable to connect: press Connect'): string {
  const sentence = `${error.slice(0, 1).toUpperCase()}${error.slice(1).replace(/[.\s]+$/, '')}.`
  return `${sentence} If that does not help, check the key and what it is allowed to do, then reload the page.`
}
