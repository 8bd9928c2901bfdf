import { simulatedBindingHarness, simulatedTransport } from '@streamfold/testkit'
import { afterEach, expect, it, vi } from 'vitest'
import type { OpenOptions } from '../src/index.ts'
import { openConversation } from '../src/index.ts'

afterEach(() => vi.unstubAllEnvs())

/** The message of the error that opening a conversation with these options throws. */
function refusalOf(options: Readonly<Record<string, unknown>>): string {
  const { ably, client } = simulatedBindingHarness()
  try {
    openConversation(simulatedTransport(ably.service, client, 'ai:production'), options as OpenOptions) // Wrong on purpose.
  } catch (error) {
    return String(error)
  }
  return 'none'
}

const wrong = {
  initial: { messages: [] },
  text: 'text',
  notifyAgent: '/api/responses',
  scheduler: 1,
  history: 0,
  since: 5,
  agent: '',
  codec: {},
  clock: { now: () => 1 },
}

it.each(Object.entries(wrong))('development says what to give as the option %s', (name, value) => {
  expect(refusalOf({ [name]: value })).toMatch(
    new RegExp(`unable to open the conversation; the option \`${name}\` .*: (give|read) `),
  )
})

it.each(Object.entries(wrong))('production names the option %s', (name, value) => {
  vi.stubEnv('NODE_ENV', 'production')
  expect(refusalOf({ [name]: value })).toBe(
    `ConversationError: unable to open the conversation; the option \`${name}\` is wrong: a development build says what to give`,
  )
})

it('a page without a bundler, which has no `process`, gets the error of production', () => {
  const { process } = globalThis
  try {
    vi.stubGlobal('process', undefined)
    expect(refusalOf({ agent: '' })).toContain('the option `agent` is wrong')
  } finally {
    vi.stubGlobal('process', process)
  }
})
