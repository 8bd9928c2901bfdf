import { expect, it } from 'vitest'
import { allows, intersect, type Capability } from '../src/auth/capability.ts'

it.each<[string, string, boolean]>([
  ['*', 'room', true],
  ['*', 'ai:1:2', true],
  ['*', '[meta]log', false],
  ['[*]*', '[meta]log', true],
  ['[*]*', 'room', true],
  ['room', 'room', true],
  ['room', 'rooms', false],
  ['foo*', 'foobar', false],
  ['foo*', 'foo*', true],
  ['ai:*', 'ai:1', true],
  ['ai:*', 'ai:1:2', true],
  ['ai:*', 'ai', false],
  ['ai:*', 'bi:1', false],
  ['*:room', 'ai:room', true],
  ['*:room', 'ai:other', false],
  ['a:*:c', 'a:b:c', true],
  ['a:*:c', 'a:b:d', false],
  ['a:*:c', 'a:b:c:d', false],
])('%s covers %s: %s', (pattern, channel, expected) => {
  expect(allows({ [pattern]: ['publish'] }, channel, 'publish')).toBe(expected)
})

it('knows operations, and * for all of them', () => {
  expect(allows({ room: ['subscribe'] }, 'room', 'publish')).toBe(false)
  expect(allows({ room: ['*'] }, 'room', 'message-update-any')).toBe(true)
})

it.each<[Capability, Capability, Capability]>([
  [{ '*': ['*'] }, { '[*]*': ['*'] }, { '*': ['*'] }],
  [{ room: ['publish', 'history'] }, { '*': ['history', 'publish'] }, { room: ['history', 'publish'] }],
  [{ '*': ['*'] }, { 'ai:*': ['publish'] }, { 'ai:*': ['publish'] }],
  [{ 'ai:1': ['*'] }, { 'ai:*': ['subscribe', 'publish'] }, { 'ai:1': ['publish', 'subscribe'] }],
  [{ a: ['publish'], b: ['publish'] }, { a: ['*'], b: ['subscribe'] }, { a: ['publish'] }],
])('of %j a key with %j gives %j', (asked, granted, expected) => {
  expect(intersect(asked, granted)).toEqual(expected)
})
