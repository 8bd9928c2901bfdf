import { expect, test } from 'vitest'
import { announcement, toolAnnouncement } from '../src/chat/announce.ts'
import { message } from './message.ts'

const prompt = message({ id: '00', role: 'user' })
const streaming = message({ status: 'streaming', text: 'One' })

test('what was there at first is not news', () => {
  expect(announcement([], [prompt, message()])).toBeUndefined()
})

test('an answer is announced when it begins and read when it is complete, and no token between', () => {
  const longer = { ...streaming, text: 'One **two**' }
  const done = { ...longer, status: 'complete' as const }
  expect(announcement([prompt], [prompt, streaming])).toBe('The agent is answering.')
  expect(announcement([prompt, streaming], [prompt, longer])).toBeUndefined()
  expect(announcement([prompt, longer], [prompt, done])).toBe('The answer is complete. One two')
})

test('code and tables are read without their marks', () => {
  const text = '# Title\n\n```ts\ncode\n```\n\n| a | b |\n|---|---|\n| 1 | [2](https://x.test) |\n'
  const spoken = announcement([streaming], [{ ...streaming, status: 'complete', text }])
  expect(spoken).toBe('The answer is complete. Title code a b 1 2')
})

test('of a long answer the beginning is read', () => {
  const text = '](word '.repeat(150_000)
  const spoken = announcement([streaming], [{ ...streaming, status: 'complete', text }])
  expect(spoken).toMatch(/^The answer is complete\. .*word/)
  expect(spoken!.length).toBeLessThan(6_000)
})

test('older messages that are fetched are not read out', () => {
  expect(announcement([message({ id: '05' })], [message({ id: '01' }), message({ id: '05' })])).toBeUndefined()
})

test('an answer that was cut off, or is empty, is not called complete', () => {
  const done = { ...streaming, status: 'complete' as const }
  expect(announcement([streaming], [{ ...done, finish: 'length' }])).toBe('Cut off at the length limit. One')
  expect(announcement([streaming], [{ ...done, text: '', headers: { empty: 'reasoning' } }])).toBe(
    'The model reasoned and wrote no answer.',
  )
})

test('a tool is announced when it is called and when that ended, once each', () => {
  const call = {
    type: 'tool-searchDocs',
    toolCallId: 'c',
    state: 'input-streaming',
    input: {},
    inputText: '{',
    output: undefined,
  }
  const at = (changes?: object) =>
    message({ status: 'streaming', text: '', parts: changes ? [{ ...call, ...changes } as never] : [] }) // A part of a tool.
  const states = [
    undefined,
    {},
    { inputText: '{"query"' },
    { state: 'input-available' },
    { state: 'input-available', running: true },
    { state: 'output-available', preliminary: true, output: 1 },
    { state: 'output-available', output: 2 },
    { state: 'output-available', output: 2 },
  ].map(at)
  const spoken = states.slice(1).map((state, index) => toolAnnouncement(states[index], state))
  expect(spoken.filter((one) => one !== undefined)).toEqual(['The agent uses Search docs.', 'Search docs: Done.'])
  const failed = at({ state: 'output-error', errorText: 'no such page' })
  expect(toolAnnouncement(states[4], failed)).toBe('Search docs: Failed. no such page')
  expect(toolAnnouncement(undefined, failed)).toBeUndefined()
})
