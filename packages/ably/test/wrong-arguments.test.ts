import { toJSON, emptyConversation } from '@streamfold/core'
import { Rest } from 'ably'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { ConversationError, createAgentChannel, createResponseWriter, openConversation } from '../src/index.ts'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'

/** In a list, so that a promise stays one. */
const given = async (what: (channel: unknown, client: unknown) => unknown): Promise<readonly [unknown]> => {
  const server = await serve()
  const client = realtime(server, { clientId: 'ann' })
  return [what(client.channels.get('ai:wrong'), client)]
}

function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

describe.each([
  ['openConversation', (channel: unknown) => openConversation(channel as never)],
  ['createAgentChannel', (channel: unknown) => createAgentChannel(channel as never, { clientId: 'ann' })],
  ['createResponseWriter', (channel: unknown) => createResponseWriter(channel as never)],
])('%s', (_name, call) => {
  it.each<[string, (channel: unknown, client: unknown) => unknown, string]>([
    [
      'the channel of a Rest client',
      () => new Rest({ key: 'a.b:c' }).channels.get('x'),
      'this is not a channel of an ably Realtime client',
    ],
    ['a name', () => 'ai:wrong', '"ai:wrong" is the name of a channel: give client.channels.get("ai:wrong")'],
    ['nothing', () => undefined, 'there is no channel, but undefined'],
    ['null', () => null, 'there is no channel, but null'],
    ['a client', (_, client) => client, 'this is a client, not a channel'],
    ['a promise', (channel) => Promise.resolve(channel), 'this is a promise of a channel: await it'],
    ['a ref of Vue', (channel) => ({ value: channel }), 'this is a ref of a channel: give what is in it'],
    ['a ref of React', (channel) => ({ current: channel }), 'this is a ref of a channel: give what is in it'],
    ['some other object', () => ({}), 'this is not a channel of an ably Realtime client'],
    ['a function', () => () => {}, 'there is no channel'],
    ['a number', () => 7, 'there is no channel, but 7'],
    [
      'a channel without a name',
      (_, client) => (client as { channels: { get(name: string): unknown } }).channels.get(''),
      'the channel name is empty',
    ],
    [
      'what is left of a missing name',
      (_, client) => (client as { channels: { get(name: unknown): unknown } }).channels.get(undefined),
      'the channel name is "undefined"',
    ],
  ])('given %s says what to give', async (_what, make, reason) => {
    const [argument] = await given(make)
    const error = thrownBy(() => call(argument))
    expect(error).toBeInstanceOf(ConversationError)
    expect(error).toMatchObject({ code: expect.stringMatching(/^no-channel/), message: expect.stringContaining(reason) })
  })

  it('of a production build refuses the same, and says what to give', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    onTestFinished(() => void vi.unstubAllEnvs())
    const [client] = await given((_, client) => client)
    expect(thrownBy(() => call(client))).toMatchObject({
      code: 'no-channel',
      message: 'unable to open the conversation; this is not a channel: give client.channels.get(name)',
    })
    const [channel] = await given((channel) => ({ current: channel }))
    expect(thrownBy(() => call(channel))).toMatchObject({ code: 'no-channel' })
  })
})

it.each<[string, unknown, string]>([
  [
    'JSON instead of a conversation',
    { initial: toJSON(emptyConversation()) },
    'it is the JSON that toJSON wrote: give fromJSON(json)',
  ],
  [
    'text instead of a conversation',
    { initial: JSON.stringify(toJSON(emptyConversation())) },
    'it is a string: give fromJSON(JSON.parse(text))',
  ],
  ['a list of messages as a conversation', { initial: [] }, 'it is a list'],
  ['a notifyAgent that is a URL', { notifyAgent: '/api/responses' }, 'the option `notifyAgent` is not a function'],
  ['a text that is a field', { text: 'words' }, 'the option `text` is not a function'],
  [
    'a history that is no number',
    { history: '50' },
    'the option `history` is 50: give the number of messages to read, 1 or more',
  ],
  ['a history of none', { history: 0 }, 'the option `history` is 0'],
  ['an agent that is a pattern', { agent: /bot/ }, 'the option `agent` names nobody'],
  ['an agent without a name', { agent: '' }, 'the option `agent` names nobody'],
  ['a codec by name', { codec: 'ai-transport' }, 'the option `codec` is no codec: give aiTransport'],
  ['a since that is a time', { since: 17 }, 'the option `since` is not a string'],
  ['no options but null', null, 'the options are no object'],
])('openConversation refuses %s, saying what to give', async (_what, options, reason) => {
  const [channel] = await given((channel) => channel)
  const error = thrownBy(() => openConversation(channel as never, options as never))
  expect(error).toBeInstanceOf(ConversationError)
  expect(error).toMatchObject({ code: 'wrong-option', message: expect.stringContaining(reason) })
})
