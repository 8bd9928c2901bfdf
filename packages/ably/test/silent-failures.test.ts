import { selectConnectionStatus, selectMessages, selectStatus } from '@streamfold/core'
import type { ClientOptions } from 'ably'
import { Realtime } from 'ably'
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { createAgentChannel, selectError } from '../src/index.ts'
import { createFakeClock } from '@streamfold/testkit'
import { agentOn } from '@streamfold/test-support/agent-on'
import { live, open } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { until } from '@streamfold/testkit'

const said: string[] = []
beforeEach(() => {
  said.length = 0
  const warn = vi.spyOn(console, 'warn').mockImplementation((text: string) => void said.push(text))
  onTestFinished(() => warn.mockRestore())
})

/** A client that is not let in, and does not say so on the console itself. */
function outsider(options: ClientOptions): Realtime {
  const client = new Realtime({ logLevel: 0, disconnectedRetryTimeout: 50, ...options })
  onTestFinished(() => client.close())
  return client
}

describe('a page that is not let in', () => {
  it.each([
    ['whose token endpoint is dead', { authUrl: 'http://127.0.0.1:9/token' }],
    [
      'whose token callback fails',
      { authCallback: (_: unknown, done: (error: string, token: null) => void) => done('no session', null) },
    ],
  ])('%s says so, and what to do, and goes on saying it while it tries again', async (name, credentials) => {
    const server = await serve()
    const { key: _, ...where } = server.clientOptions<ClientOptions>()
    const channel = outsider({ ...where, ...credentials }).channels.get(`ai:${name}`)
    const { store } = open(channel)
    const state = await until(store, (state) => selectError(state) !== undefined)
    expect(selectError(state)).toMatch(
      /^unable to connect; .*: check the key, or the endpoint that gives out tokens; it is tried again by itself$/,
    )
    expect(selectStatus(state)).toBe('error')
    const trying = await until(store, (state) => state.context.connection.state === 'connecting')
    expect(selectError(trying)).toBe(selectError(state))
    await until(store, (state) => state.context.connection.state === 'disconnected')
    expect(said).toEqual([`streamfold: "${channel.name}": ${selectError(state)}`])
  })

  it('whose key is not known says so', async () => {
    const server = await serve()
    const channel = outsider({ ...server.clientOptions<ClientOptions>(), key: 'no.such:key' }).channels.get('ai:key')
    const { store } = open(channel)
    const state = await until(store, (state) => selectConnectionStatus(state) === 'failed')
    expect(selectError(state)).toMatch(/^unable to (connect|follow the conversation); .*: check the key.* then connect again$/)
    expect(said).toHaveLength(1)
  })

  it('whose token has expired and cannot be renewed says so', async () => {
    const server = await serve()
    const issuer = realtime(server)
    const token = await issuer.auth.requestToken({ ttl: 1 })
    const { key: _, ...where } = server.clientOptions<ClientOptions>()
    const { store } = open(outsider({ ...where, tokenDetails: token }).channels.get('ai:expired'))
    const state = await until(store, (state) => state.context.connection.state === 'failed')
    expect(selectError(state)).toMatch(/^unable to connect; .*; then connect again$/)
  })
})

describe('a page whose token does not permit', () => {
  async function with_(operations: readonly string[], name: string) {
    const server = await serve()
    const token = await realtime(server).auth.requestToken({ clientId: 'ann', capability: { [name]: [...operations] } as never })
    const { key: _, ...where } = server.clientOptions<ClientOptions>()
    return { server, channel: outsider({ ...where, tokenDetails: token }).channels.get(name) }
  }

  it('subscribe is not live, and says what to grant', async () => {
    const { channel } = await with_(['publish', 'history'], 'ai:deaf')
    const { store } = open(channel)
    const state = await until(store, (state) => selectError(state) !== undefined)
    expect(selectConnectionStatus(state)).toBe('failed')
    expect(selectStatus(state)).toBe('error')
    expect(selectError(state)).toContain('grant "subscribe"')
    expect(said).toHaveLength(1)
  })

  it('publish says what to grant at the prompt', async () => {
    const { channel } = await with_(['subscribe', 'history'], 'ai:mute')
    const { store, sendMessage } = open(channel)
    await until(store, live)
    await sendMessage('Hello')
    expect(selectMessages(store.getState())[0]?.error).toContain('(grant "publish" on "ai:mute" in the capability of its token)')
  })

  it('history says what to grant', async () => {
    const { channel } = await with_(['subscribe', 'publish'], 'ai:forgetful')
    const { store } = open(channel)
    const state = await until(store, (state) => selectError(state) !== undefined)
    expect(selectError(state)).toContain('(grant "history" on "ai:forgetful" in the capability of its token)')
  })

  it('the channel at all says so', async () => {
    const { server } = await with_(['subscribe'], 'ai:mine')
    const token = await realtime(server).auth.requestToken({ clientId: 'ann', capability: { 'ai:mine': ['subscribe'] } })
    const { key: _, ...where } = server.clientOptions<ClientOptions>()
    const { store } = open(outsider({ ...where, tokenDetails: token }).channels.get('ai:theirs'))
    const state = await until(store, (state) => selectConnectionStatus(state) === 'failed')
    expect(selectError(state)).toMatch(/^unable to follow the conversation; .*: check the key or token, then connect again$/)
    expect(said).toHaveLength(1)
  })
})

it('a page on a client that was closed says so', async () => {
  const server = await serve()
  const client = realtime(server)
  client.close()
  const { store } = open(client.channels.get('ai:closed'))
  const state = await until(store, (state) => selectError(state) !== undefined)
  expect(selectError(state)).toContain('the client was closed')
})

it('a page that names another agent than the one that answers says so, and believes nobody for it', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:other', { clientId: 'helper' })
  const { store, sendMessage } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:other'), { agent: 'assistant' })
  await until(store, live)
  await sendMessage('Who is there?')
  await agent.begin('I am', { 'reply-to': selectMessages(store.getState())[0]!.id })
  await agent.begin('and again', { 'reply-to': selectMessages(store.getState())[0]!.id })
  const state = await until(store, (state) => selectMessages(state).length === 3)
  expect(selectMessages(state).map(({ role }) => role)).toEqual(['user', 'user', 'user'])
  expect(selectStatus(state)).toBe('error')
  expect(selectError(state)).toContain('name its client id in the option `agent`')
  expect(said).toEqual([expect.stringContaining('"helper" writes answers on "ai:other" and is not named as an agent')])
})

it('a user who claims to be an agent changes nothing once an agent has answered', async () => {
  const server = await serve()
  const agent = agentOn(server, 'ai:claims')
  const mallory = agentOn(server, 'ai:claims', { clientId: 'mallory' })
  const { store } = open(realtime(server, { clientId: 'ann' }).channels.get('ai:claims'), { agent: 'agent' })
  await until(store, live)
  await agent.complete(await agent.begin('true'), '.')
  await mallory.begin('false')
  const state = await until(store, (state) => selectMessages(state).length === 2)
  expect(selectError(state)).toBeUndefined()
})

it('a prompt of a client without a client id is sent, and the developer is told once', async () => {
  const server = await serve()
  const { store, sendMessage } = open(realtime(server).channels.get('ai:anonymous'))
  await until(store, live)
  await sendMessage('one')
  await sendMessage('two')
  expect(selectMessages(store.getState()).map(({ status }) => status)).toEqual(['complete', 'complete'])
  expect(said).toEqual([expect.stringContaining('prompts on "ai:anonymous" have no author')])
})

it('tells nothing on the console of a production build', async () => {
  vi.stubEnv('NODE_ENV', 'production')
  onTestFinished(() => void vi.unstubAllEnvs())
  const server = await serve()
  const channel = outsider({ ...server.clientOptions<ClientOptions>(), key: 'no.such:key' }).channels.get('ai:production')
  const { store } = open(channel)
  await until(store, (state) => selectConnectionStatus(state) === 'failed')
  expect(said).toEqual([])
})

it('a page whose channel has no rule for updates is told why its answers stay empty', async () => {
  const server = await serve({ rules: { mine: { mutableMessages: false } } })
  const clock = createFakeClock(Date.now())
  const agent = agentOn(server, 'mine:chat')
  const { store } = open(realtime(server, { clientId: 'ann' }).channels.get('mine:chat'), { clock })
  await until(store, live)
  const serial = await agent.begin('')
  await expect(agent.complete(serial, 'text')).rejects.toMatchObject({ code: 93002 })
  await until(store, (state) => selectMessages(state).length === 1)
  clock.advance(30_000)
  expect(said).toEqual([
    'streamfold: an answer on "mine:chat" was begun and nothing came after it: if its agent reports error 93002, add the rule "Message annotations, updates, deletes and appends" to the namespace "mine" of your Ably app',
  ])
})

it('a page whose channel has no namespace is told so where its answers stay empty; one whose answer grows is told nothing', async () => {
  const server = await serve()
  const clock = createFakeClock(Date.now())
  for (const [name, text] of [
    ['lonely', ''],
    ['ai:grows', 'text'],
  ] as const) {
    const agent = agentOn(server, name)
    const { store } = open(realtime(server, { clientId: 'ann' }).channels.get(name), { clock })
    await until(store, live)
    await agent.begin(text)
    await until(store, (state) => selectMessages(state).length === 1)
  }
  clock.advance(30_000)
  expect(said).toEqual([
    expect.stringMatching(/"lonely" was begun .*93002, add the rule .* to the namespace that its name begins with/),
  ])
})

describe('an agent under another client id than its client has', () => {
  it('is refused when it begins to listen, where the client knows who it is', async () => {
    const channel = realtime(await serve(), { clientId: 'helper' }).channels.get('ai:agent')
    await expect(createAgentChannel(channel, { clientId: 'agent' }).subscribe(() => {})).rejects.toMatchObject({
      code: 'wrong-client-id',
      message:
        'unable to serve the agent; its client is "helper", and would write under that name instead of "agent": give both the same client id',
    })
    expect(channel.state).toBe('initialized')
    expect(() => createAgentChannel(channel, { clientId: '' })).toThrow(expect.objectContaining({ code: 'wrong-client-id' }))
  })

  it('is refused when it has attached, where a token says only then who it is', async () => {
    const server = await serve()
    const issuer = realtime(server)
    const { key: _, ...where } = server.clientOptions<ClientOptions>()
    const client = outsider({
      ...where,
      authCallback: async (_params, done) => done(null, await issuer.auth.requestToken({ clientId: 'helper' })),
    })
    const agent = createAgentChannel(client.channels.get('ai:late'), { clientId: 'agent' })
    await expect(agent.subscribe(() => {})).rejects.toMatchObject({ code: 'wrong-client-id' })
  })
})
