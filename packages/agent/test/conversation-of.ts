import type { Message } from '@streamfold/core'
import { emptyConversation, normalise, reduce, selectMessages } from '@streamfold/core'
import type { Head } from '@streamfold/core/codec'
import { escapeBody, frameHead } from '@streamfold/core/codec'

/** A head with its body, or text before any head. */
export type Written = string | Head | readonly [Head, string]

export interface Said {
  readonly role: 'user' | 'assistant'
  readonly written: readonly Written[]
  readonly status?: string
}

export const user = (...written: readonly Written[]): Said => ({ role: 'user', written })
export const assistant = (...written: readonly Written[]): Said => ({ role: 'assistant', written })

/** Messages as an agent reads them from a channel; their serials are `s1`, `s2`, … */
export function conversationOf(said: readonly Said[]): readonly Message[] {
  const state = said.reduce((before, { role, written, status = 'complete' }, at) => {
    const isFramed = written.some((each) => typeof each !== 'string')
    const data = written.map((each) => {
      if (typeof each === 'string') return isFramed ? escapeBody(each) : each
      const [head, body] = 'type' in each ? [each, ''] : each
      return frameHead(head) + escapeBody(body)
    })
    const headers = { role, ...(role === 'assistant' && { status }), ...(isFramed && { format: 'parts/1' }) }
    const raw = {
      serial: `s${String(at + 1).padStart(4, '0')}`,
      action: status === 'deleted' ? 'message.delete' : 'message.create',
      name: role === 'user' ? 'prompt' : 'response',
      data: data.join(''),
      clientId: role === 'user' ? 'user' : 'agent',
      timestamp: at + 1,
      extras: { headers },
    }
    return reduce(before, normalise(raw, { agent: 'agent' }))
  }, emptyConversation())
  return selectMessages(state)
}
