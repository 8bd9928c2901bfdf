import type { UIMessage } from 'ai'
import { expect, it } from 'vitest'
import { createMessageMerger } from '../src/messages/merge-messages.ts'

const message = (id: string, text = id): UIMessage => ({ id, role: 'user', parts: [{ type: 'text', text }] })
const nothing = () => false

it('puts the conversation into the chat, and returns what is right as it is', () => {
  const { merge } = createMessageMerger()
  const wanted = [message('a'), message('b')]
  const first = merge([], wanted, nothing)
  expect(first).toEqual(wanted)
  expect(merge(first, wanted, nothing)).toBe(first)
})

it('leaves the chat its own copy of what has not changed', () => {
  const { merge } = createMessageMerger()
  const [a, b] = [message('a'), message('b')]
  merge([], [a, b], nothing)
  const copies = [{ ...a }, { ...b }]
  expect(merge(copies, [a, b], nothing)).toBe(copies)
  const changed = message('b', 'redacted')
  const next = merge(copies, [a, changed], nothing)
  expect(next[0]).toBe(copies[0])
  expect(next[1]).toBe(changed)
})

it('leaves alone what the chat reads from a stream, and does not show it before the stream does', () => {
  const { merge } = createMessageMerger()
  const own = message('b', 'growing')
  const reading = (id: string) => id === 'b'
  expect(merge([own], [message('a'), message('b', 'grown')], reading)[1]).toBe(own)
  expect(merge([], [message('a'), message('b', 'grown')], reading).map(({ id }) => id)).toEqual(['a'])
})

it('keeps a message that only the chat has after the one it followed', () => {
  const { merge } = createMessageMerger()
  const greeting = message('greeting')
  const refused = message('refused')
  const next = merge([greeting, message('a'), refused], [message('a'), message('b')], nothing)
  expect(next.map(({ id }) => id)).toEqual(['greeting', 'a', 'refused', 'b'])
  expect(merge([message('gone'), refused], [message('x')], nothing).map(({ id }) => id)).toEqual(['gone', 'refused', 'x'])
})

it('takes out what the conversation had and has no more', () => {
  const { merge } = createMessageMerger()
  const [a, b, c] = [message('a'), message('b'), message('c')]
  const first = merge([], [a, b], nothing)
  expect(merge(first, [a, c], nothing).map(({ id }) => id)).toEqual(['a', 'c'])
})

it('adds older messages in front', () => {
  const { merge } = createMessageMerger()
  const [a, b] = [message('a'), message('b')]
  const first = merge([], [b], nothing)
  expect(merge(first, [a, b], nothing).map(({ id }) => id)).toEqual(['a', 'b'])
})
