import type { ConversationEvent, DynamicToolPart, ToolPart } from '@streamfold/core'
import { normalise, selectMessage } from '@streamfold/core'
import type { Conversation, NormaliseOptions } from '@streamfold/core'
import type { Head } from '@streamfold/core/codec'
import { frameHead, inputHash } from '@streamfold/core/codec'

export const input = { to: 'bob@example.com' }

export const hash = inputHash(input)

/** The data of a response with one call that asks. */
export function asks(ask: Partial<Extract<Head, { type: 'ask' }>> = {}, id = 'c1'): string {
  return (
    frameHead({ type: 'tool', id, name: 'invite' }) +
    JSON.stringify(input) +
    frameHead({ type: 'input', id }) +
    frameHead({ type: 'ask', id, approval: `a-${id}`, ...ask })
  )
}

export function message(
  serial: string,
  { name, data = '', clientId, headers, ...more }: Record<string, unknown>,
  options: NormaliseOptions = {},
): ConversationEvent {
  return normalise(
    {
      serial,
      action: 'message.create',
      version: { serial, timestamp: 10 },
      timestamp: 10,
      name,
      data,
      clientId,
      extras: { headers },
      ...more,
    },
    { agent: 'agent', ...options },
  )
}

export const prompt = message('s1', { name: 'prompt', data: 'invite bob', clientId: 'alice', headers: { role: 'user' } })

export function response(data: string, status = 'waiting', version = 's2', more: Record<string, string> = {}): ConversationEvent {
  return message('s2', {
    name: 'response',
    data,
    clientId: 'agent',
    action: version === 's2' ? 'message.create' : 'message.update',
    version: { serial: version, timestamp: 11 },
    headers: { role: 'assistant', status, format: 'parts/1', 'reply-to': 's1', ...more },
  })
}

interface Given {
  readonly serial?: string
  readonly by?: string | undefined
  readonly kind?: string
  readonly saw?: string
  readonly data?: unknown
  readonly call?: string
  readonly target?: string
  readonly at?: number
  readonly action?: string
  readonly version?: string
  readonly options?: NormaliseOptions
}

export function answer({
  serial = 's3',
  by = 'alice',
  kind = 'approve',
  saw = inputHash(input),
  data = {},
  call = 'c1',
  target = 's2',
  at = 20,
  action = 'message.create',
  version = serial,
  options,
}: Given = {}): ConversationEvent {
  return message(
    serial,
    {
      name: 'answer',
      id: `answer-${serial}`,
      data: JSON.stringify(data),
      clientId: by,
      action,
      version: { serial: version, timestamp: at, clientId: by },
      timestamp: at,
      headers: { role: 'user', target, call, kind, saw },
    },
    options,
  )
}

export function callIn(state: Conversation, id = 'c1', serial = 's2'): ToolPart | DynamicToolPart {
  const part = selectMessage(state, serial)?.parts.find((each) => 'toolCallId' in each && each.toolCallId === id)
  if (!part || !('toolCallId' in part)) throw new Error(`there is no call ${id}`)
  return part
}
