import type { Message } from '@streamfold/core'
import { emptyConversation, normalise, reduce, selectMessages } from '@streamfold/core'
import { expect, it } from 'vitest'
import { withoutSuperseded } from '../src/index.ts'
import { shownMessages } from '../src/superseded.ts'

interface Line {
  readonly serial: string
  readonly by?: string
  readonly headers?: Readonly<Record<string, string>>
}

function conversation(lines: readonly Line[]): readonly Message[] {
  const events = lines.map(({ serial, by = 'ann', headers = {} }) =>
    normalise({
      serial,
      id: `key-${serial}`,
      action: 'message.create',
      name: by === 'agent' ? 'response' : 'prompt',
      data: serial,
      clientId: by,
      extras: { headers: { role: by === 'agent' ? 'assistant' : 'user', ...headers } },
    }),
  )
  return selectMessages(events.reduce(reduce, emptyConversation()))
}

const answer = (serial: string, to: string): Line => ({ serial, by: 'agent', headers: { 'reply-to': to, status: 'complete' } })
const serials = (messages: readonly Message[]) => messages.map(({ id }) => id)

it('shows a conversation as it is, prompts by their keys and answers by their serials', () => {
  const shown = shownMessages(conversation([{ serial: 's1' }, answer('s2', 's1')]))
  expect(shown.map(({ id }) => id)).toEqual(['key-s1', 's2'])
})

it('puts a prompt that supersedes another in its place, under its id, and drops what came after', () => {
  const messages = conversation([
    { serial: 's1' },
    answer('s2', 's1'),
    { serial: 's3' },
    answer('s4', 's3'),
    { serial: 's5', headers: { supersedes: 's1' } },
    answer('s6', 's5'),
  ])
  expect(shownMessages(messages).map(({ id, message }) => [id, message.id])).toEqual([
    ['key-s1', 's5'],
    ['s6', 's6'],
  ])
  expect(serials(withoutSuperseded(messages))).toEqual(['s5', 's6'])
})

it('keeps the first id through any number of times', () => {
  const messages = conversation([
    { serial: 's1' },
    { serial: 's2', headers: { supersedes: 's1' } },
    { serial: 's3', headers: { supersedes: 's2' } },
  ])
  expect(shownMessages(messages).map(({ id }) => id)).toEqual(['key-s1'])
})

it('drops a late answer to a prompt that was superseded', () => {
  const messages = conversation([
    { serial: 's1' },
    { serial: 's2', headers: { supersedes: 's1' } },
    answer('s3', 's1'),
    answer('s4', 's2'),
  ])
  expect(serials(withoutSuperseded(messages))).toEqual(['s2', 's4'])
})

it('lets no user supersede another user’s prompt, or an answer', () => {
  const messages = conversation([
    { serial: 's1' },
    answer('s2', 's1'),
    { serial: 's3', by: 'ben', headers: { supersedes: 's1' } },
    { serial: 's4', headers: { supersedes: 's2' } },
    { serial: 's5', headers: { supersedes: 'unknown' } },
  ])
  expect(serials(withoutSuperseded(messages))).toEqual(['s1', 's2', 's3', 's4', 's5'])
})

it('believes what this page is about to publish', () => {
  const messages = conversation([{ serial: 's1' }, answer('s2', 's1'), { serial: 's3' }])
  const drafts = new Map([['key-s3', { id: 'ui', supersedes: 'key-s1' }]])
  expect(shownMessages(messages, drafts).map(({ id, message }) => [id, message.id])).toEqual([['key-s1', 's3']])
})

it('keeps other users’ later prompts and their answers', () => {
  const messages = conversation([
    { serial: 's1', by: 'mallory' },
    { serial: 's2' },
    answer('s3', 's2'),
    answer('s4', 's1'),
    { serial: 's5', by: 'agent', headers: { status: 'complete' } },
    { serial: 's6', by: 'mallory' },
    { serial: 's7', by: 'agent', headers: { status: 'complete' } },
    { serial: 's8', by: 'mallory', headers: { supersedes: 's1' } },
    answer('s9', 's8'),
  ])
  // s5 and s7 do not name their prompt: they answer the prompt before them.
  expect(serials(withoutSuperseded(messages))).toEqual(['s2', 's3', 's5', 's8', 's9'])
})
