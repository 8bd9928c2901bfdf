import type { Conversation, ConversationEvent, NormaliseOptions } from '@streamfold/core'
import { emptyConversation, normalise, reduce } from '@streamfold/core'
import { aiTransport } from '@streamfold/core/ai-transport'

type Strings = Readonly<Record<string, string>>

/** A message of AI Transport as it was observed on a channel, without the fields that no reader uses. */
export function theirs(
  name: string,
  serial: string,
  transport: Strings,
  more: Readonly<Record<string, unknown>> & { readonly codec?: Strings } = {},
): Record<string, unknown> {
  const { codec, ...rest } = more
  return {
    name,
    serial,
    action: 'message.create',
    version: { serial, timestamp: 2 },
    timestamp: 1,
    clientId: name === 'ai-input' || name === 'ai-cancel' ? 'ann' : 'bot',
    extras: { ai: { transport, ...(codec && { codec }) } },
    ...rest,
  }
}

export const run = { 'run-id': 'run', 'input-codec-message-id': 'asked' }

export const asked = (serial = 's0', text = 'Hello?', more: Readonly<Record<string, unknown>> = {}) =>
  theirs(
    'ai-input',
    serial,
    { role: 'user', 'codec-message-id': 'asked', 'event-id': 'event' },
    {
      data: text,
      codec: { kind: 'user-message', messageId: 'm', partType: 'text' },
      ...more,
    },
  )

export const begun = (serial = 's1') => theirs('ai-run-start', serial, run)

export const ended = (reason: string, serial = 's9', more: Strings = {}) =>
  theirs('ai-run-end', serial, { ...run, 'run-reason': reason, ...more })

/** A version of a text of the answer; `v…` order after `s…`. */
export function answer(
  action: string,
  version: string,
  data: string,
  {
    status = 'streaming',
    serial = 's2',
    kind = 'text',
    transport = {},
    ...more
  }: {
    readonly status?: string
    readonly serial?: string
    readonly kind?: string
    readonly transport?: Strings
    readonly [field: string]: unknown
  } = {},
): Record<string, unknown> {
  const headers = { ...run, role: 'assistant', 'codec-message-id': 'output', stream: 'true', status, ...transport }
  return theirs('ai-output', serial, headers, {
    action: `message.${action}`,
    version: { serial: version, timestamp: 2 },
    data,
    codec: { kind },
    ...more,
  })
}

const options = { agent: 'bot', codec: aiTransport }

export const say = (raw: unknown, more: NormaliseOptions = {}) => normalise(raw, { ...options, ...more })
export const snapshot = (raw: unknown) => say(raw, { source: 'history' })

/** Folds raw messages and events. */
export function heard(
  all: readonly (ConversationEvent | Readonly<Record<string, unknown>>)[],
  state: Conversation = emptyConversation(),
): Conversation {
  return all.map((each) => ('type' in each ? (each as ConversationEvent) : say(each))).reduce(reduce, state)
}
