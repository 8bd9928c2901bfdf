import type { DialectOptions, RawMessage, Said, Unsaid } from '../dialect.ts'
import type { Headers } from '../message.ts'

type Tier = Readonly<Record<string, unknown>>

/** @param texts kinds of output that are text @param prompts types of parts of prompts that are text */
export function createReader(texts: ReadonlySet<string>, prompts: ReadonlySet<string>): DialectOptions['read'] {
  return (message) => {
    const { name, action, extras } = message
    const ai = tier(tier(extras)?.['ai'])
    const transport = tier(ai?.['transport'])
    // Whoever redacts may replace the extras: what is known of the message still tells what it is.
    if (!transport) return action === 'message.create' ? unsaid('not a message of AI Transport') : revision(message)
    const codec = tier(ai?.['codec'])
    const kind = text(codec?.['kind']) ?? 'nothing known'
    // Appends come without a name.
    if (transport['stream'] === 'true' || name === 'ai-output') {
      if (texts.has(kind)) return answer(message, transport)
      const finish = kind === 'finish' ? text(codec?.['finishReason']) : undefined
      return (finish !== undefined && finished(message, transport, finish)) || unsaid(`${kind} is not text`, transport)
    }
    switch (name) {
      case 'ai-input': {
        const part = text(codec?.['partType'])
        if (kind !== 'user-message' || part === undefined) return unsaid(`${kind} is not a prompt`)
        return prompts.has(part) ? prompt(message, transport) : unsaid(`${part} is not text`)
      }
      case 'ai-cancel': {
        const target = text(transport['input-codec-message-id']) ?? text(transport['run-id'])
        return { name: 'cancel', data: '', headers: target === undefined ? {} : { target } }
      }
      default:
        return lifecycle(message, transport)
    }
  }
}

function answer(message: RawMessage, transport: Tier): Said {
  const { status = 'complete' } = transport
  // Every append of theirs repeats the headers of its message; only the last one changes them.
  if (message['action'] === 'message.append' && status === 'streaming' && !tier(message['extras'])?.['headers']) {
    return { data: shown(message), headers: undefined }
  }
  // Without a role it would pass for the plain pattern, in which anybody is an agent.
  const headers = {
    role: 'assistant',
    ...partHeaders(message, transport, 'text'),
    status,
    attempt: transport['step-start-serial'],
  }
  return { data: shown(message), headers: strings(headers) }
}

/** Their codec for the AI SDK says why the model ended; how its run ended is said behind it. */
function finished(message: RawMessage, transport: Tier, finish: string): Said | undefined {
  if (text(transport['run-id']) === undefined) return undefined
  const headers = { ...partHeaders(message, transport, 'mark'), role: 'assistant', status: 'streaming', finish }
  return { data: '', headers: strings({ ...headers, attempt: transport['step-start-serial'] }) }
}

function prompt(message: RawMessage, transport: Tier): Said {
  const key = text(transport['codec-message-id'])
  const whole = { part: 'text', 'part-of': key, steers: transport['run-id'] }
  return {
    name: 'prompt',
    data: shown(message),
    id: key,
    headers: strings({ ...ownHeaders(message), ...transport, role: 'user', ...whole }),
  }
}

function lifecycle(message: RawMessage, transport: Tier): Said | Unsaid {
  const name = text(message['name']) ?? 'a message without a name'
  const status = standingAfter(name, transport)
  if (status === undefined) return unsaid(`${name} is not text`, transport)
  if (text(transport['run-id']) === undefined) return unsaid(`${name} names no run`)
  return { data: '', headers: markHeaders(message, transport, status) }
}

/** How a run stands after a message of its lifecycle; undefined for any other message. */
function standingAfter(name: string, transport: Tier): string | undefined {
  switch (name) {
    case 'ai-run-start':
    case 'ai-run-resume':
    case 'ai-step-start':
      return 'streaming'
    // It waits for its user now, and nothing is written until it is resumed.
    case 'ai-run-suspend':
      return 'complete'
    case 'ai-run-end':
      return transport['run-reason'] === 'error' ? 'failed' : transport['run-reason'] === 'cancelled' ? 'cancelled' : 'complete'
    default:
      return undefined
  }
}

function markHeaders(message: RawMessage, transport: Tier, status: string): Headers {
  const error = status === 'failed' ? (text(transport['error-message']) ?? 'the agent failed and did not say why') : undefined
  // An attempt at a step is named by the serial of the message that began it.
  const attempt = message['name'] === 'ai-step-start' ? message['serial'] : undefined
  return strings({ ...partHeaders(message, transport, 'mark'), role: 'assistant', status, error, attempt })
}

function partHeaders(message: RawMessage, transport: Tier, part: 'text' | 'mark'): Tier {
  const own = ownHeaders(message)
  return {
    ...own,
    ...transport,
    part,
    'part-of': transport['run-id'],
    step: transport['step-id'],
    'reply-to': own['reply-to'] ?? transport['input-codec-message-id'],
  }
}

/** An application may set headers of its own beside theirs. */
function ownHeaders({ extras }: RawMessage): Tier {
  return tier(tier(extras)?.['headers']) ?? {}
}

function strings(headers: Tier): Headers {
  return Object.fromEntries(Object.entries(headers).filter((entry): entry is [string, string] => typeof entry[1] === 'string'))
}

function revision(message: RawMessage): Said {
  return { data: shown(message), headers: undefined, revises: true }
}

function unsaid(reason: string, transport?: Tier): Unsaid {
  return { reason, of: text(transport?.['run-id']) }
}

/** What is not text hides what was. */
function shown({ data }: RawMessage): string {
  return typeof data === 'string' ? data : ''
}

function tier(value: unknown): Tier | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tier) : undefined // As just seen.
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
