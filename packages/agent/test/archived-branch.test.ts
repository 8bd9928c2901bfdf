import type { Conversation, ConversationEvent } from '@streamfold/core'
import { emptyConversation, normalise, reduce, selectMessages, selectPath, selectSiblings } from '@streamfold/core'
import { describe, expect, it } from 'vitest'
import { archivable, archivedBranch, fromArchive } from '../src/archive/archive.ts'

function message(serial: string, data: string, headers: Record<string, string>): ConversationEvent {
  const clientId = headers['role'] === 'user' ? 'ann' : 'agent'
  const version = { serial, timestamp: 1_000 }
  const raw = { serial, action: 'message.create', data, clientId, extras: { headers }, timestamp: 1_000, version }
  return normalise(raw, { agent: 'agent' })
}

const prompt = (serial: string, text: string, headers: Record<string, string> = {}) =>
  message(serial, text, { role: 'user', ...headers })
const response = (serial: string, text: string, replyTo: string, more: Record<string, string> = {}) =>
  message(serial, text, { role: 'assistant', status: 'complete', 'reply-to': replyTo, ...more })

function fold(events: readonly ConversationEvent[], state: Conversation = emptyConversation()): Conversation {
  return events.reduce(reduce, state)
}

/** A prompt with two responses, the second of two records; each goes on. Then an edit of the prompt with one response. */
const whole = fold([
  prompt('s01', 'Why?'),
  response('s02', 'Because.', 's01'),
  prompt('s03', 'And then?', { parent: 's02' }),
  response('s04', 'Nothing.', 's03'),
  prompt('s05', '', { again: 's01' }),
  response('s06', 'Why ', 's05'),
  response('s07', 'not?', 's05', { continues: 's06' }),
  prompt('s08', 'Indeed', { parent: 's06' }),
  response('s09', 'Yes.', 's08'),
  prompt('s10', 'How?', { edits: 's01' }),
  response('s11', 'So.', 's10'),
])
const ids = (messages: readonly { readonly id: string }[]) => messages.map(({ id }) => id)

describe('one branch of an archive', () => {
  const page = archivable(whole)

  it.each([
    [undefined, ['s10', 's11']],
    ['s02', ['s01', 's02', 's03', 's04']],
    ['s08', ['s01', 's06', 's08', 's09']],
  ])('through %s is what a page shows of it', (head, path) => {
    expect(ids(selectPath(whole, head))).toEqual(path)
    const restored = fromArchive(archivedBranch(page, head, 'agent'), 'agent')
    expect(ids(selectPath(restored))).toEqual(path)
    expect(selectPath(restored).map(({ text }) => text)).toEqual(selectPath(whole, head).map(({ text }) => text))
  })

  it('has nothing of the others, and goes on with what is said next', () => {
    const branch = archivedBranch(page, 's08', 'agent')
    expect(branch.messages.map(({ serial }) => serial)).toEqual(['s01', 's05', 's06', 's07', 's08', 's09'])
    expect(branch.upTo).toBe(page.upTo)
    const next = fold([prompt('s12', 'Go on', { parent: 's09' }), response('s13', 'More.', 's12')], fromArchive(branch, 'agent'))
    expect(ids(selectPath(next))).toEqual(['s01', 's06', 's08', 's09', 's12', 's13'])
  })

  it('becomes the whole tree when the rest is read', () => {
    const restored = fromArchive(archivedBranch(page, 's02', 'agent'), 'agent')
    const all = fold(
      page.messages.map((each) => normalise(each, { source: 'history', agent: 'agent' })),
      restored,
    )
    for (const head of [undefined, 's02', 's08']) expect(ids(selectPath(all, head))).toEqual(ids(selectPath(whole, head)))
    expect(ids(selectSiblings(all, 's02'))).toEqual(['s02', 's06'])
  })

  it('of a line is the page itself', () => {
    const line = archivable(fold([prompt('s01', 'Why?'), response('s02', 'Because.', 's01')]))
    expect(archivedBranch(line, undefined, 'agent')).toBe(line)
    expect(selectMessages(fromArchive(line, 'agent'))).toHaveLength(2)
  })
})
