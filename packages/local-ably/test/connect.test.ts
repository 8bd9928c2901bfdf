import { Realtime, type ClientOptions, type TokenDetails, type TokenRequest } from 'ably'
import { describe, expect, it } from 'vitest'
import { connected, FORMATS, realtime, rest, serve } from './fixture.ts'

/** An authCallback out of a promise. */
const tokenAuth = (token: () => Promise<TokenDetails | TokenRequest>): ClientOptions => ({
  async authCallback(_params, callback) {
    callback(null, await token())
  },
})

describe.each(FORMATS)('connecting over %s', (_, useBinaryProtocol) => {
  it('connects with a key, whose client may assume any clientId', async () => {
    const client = await connected(await serve(), { useBinaryProtocol })
    expect(client.connection.id).toMatch(/^\w+$/)
    expect(client.auth.clientId).toBe('*')
  })

  it('gives a key client the clientId it asks for', async () => {
    const client = await connected(await serve(), { useBinaryProtocol, clientId: 'ann' })
    expect(client.auth.clientId).toBe('ann')
  })

  it('connects with a token request signed by another client', async () => {
    const server = await serve()
    const signer = rest(server)
    const client = await connected(server, {
      useBinaryProtocol,
      ...tokenAuth(() => signer.auth.createTokenRequest({ clientId: 'ann' })),
    })
    expect(client.auth.clientId).toBe('ann')
  })

  it('fails with 40101 for a wrong secret and for an unknown key', async () => {
    const server = await serve()
    for (const key of ['local.dev:wrong', 'this.is:wrong']) {
      const change = await realtime(server, { useBinaryProtocol, key }).connection.whenState('failed')
      expect(change?.reason).toMatchObject({ code: 40101, statusCode: 401 })
    }
  })

  it('echoes pings', async () => {
    const client = await connected(await serve(), { useBinaryProtocol })
    await expect(client.connection.ping()).resolves.toBeGreaterThanOrEqual(0)
  })

  it('answers close with CLOSED', async () => {
    const client = await connected(await serve(), { useBinaryProtocol })
    client.close()
    await client.connection.whenState('closed')
  })
})

it('accepts a clientId of the token only', async () => {
  const server = await serve()
  const { token } = await rest(server).auth.requestToken({ clientId: 'ann' })
  const other = realtime(server, { token, clientId: 'eve' })
  expect((await other.connection.whenState('failed'))?.reason?.code).toBe(40102)
  const anonymous = await rest(server).auth.requestToken()
  const claiming = realtime(server, { token: anonymous.token, clientId: 'eve' })
  expect((await claiming.connection.whenState('failed'))?.reason?.code).toBe(40102)
})

it('disconnects when the token expires, and resumes with the next one', async () => {
  const server = await serve()
  const signer = rest(server)
  let issued = 0
  const client = await connected(
    server,
    tokenAuth(() => signer.auth.requestToken({ ttl: ++issued === 1 ? 1000 : 60_000 })),
  )
  const { id } = client.connection
  const dropped = await client.connection.whenState('disconnected')
  expect(dropped?.reason?.code).toBe(40142)
  await client.connection.whenState('connected')
  expect(client.connection.id).toBe(id)
  expect(issued).toBe(2)
})

it('renews a token on the live connection', async () => {
  const server = await serve()
  const signer = rest(server)
  const client = await connected(
    server,
    tokenAuth(() => signer.auth.requestToken({ clientId: 'ann' })),
  )
  const { id } = client.connection
  await client.auth.authorize()
  expect(client.connection.id).toBe(id)
})

it('fails a channel that the next token no longer permits', async () => {
  const server = await serve()
  const signer = rest(server)
  const capabilities = [{ '*': ['*'] }, { other: ['subscribe'] }]
  const client = await connected(
    server,
    tokenAuth(() => signer.auth.requestToken({ capability: JSON.stringify(capabilities.shift()) })),
  )
  const channel = client.channels.get('room')
  await channel.attach()
  const failed = channel.whenState('failed')
  await client.auth.authorize()
  expect((await failed)?.reason?.code).toBe(40160)
})

it('sends DISCONNECTED when it closes', async () => {
  const server = await serve()
  const client = await connected(server)
  const dropped = client.connection.whenState('disconnected')
  await server.close()
  await dropped
})

it('rejects a port in use with its code, its number and a way out', async () => {
  const server = await serve()
  await expect(serve({ port: server.port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
    port: server.port,
    message: expect.stringContaining(`port ${server.port}`),
  })
})

it('works under 127.0.0.1 and localhost alike', async () => {
  const server = await serve()
  for (const endpoint of ['127.0.0.1', 'localhost']) {
    const options: ClientOptions = { ...server.clientOptions(), endpoint, logLevel: 0 }
    const client = new Realtime(options)
    await client.connection.whenState('connected')
    client.close()
  }
})
