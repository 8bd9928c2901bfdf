import type { PresenceMessage } from 'ably'
import { expect } from 'vitest'
import { section } from './section.ts'
import { keyName } from './service.ts'
import { create, jwt, refusal, renewing, REVOCABLE, type World } from './world.ts'

/** Why a WebSocket with this token is refused. */
const refused = async (w: World, token: string): Promise<unknown> =>
  (await (await w.raw({ access_token: token, key: '' })).frame(({ action }) => action === 9))['error']

section('17. Identity and renewal (P5, P28, P74)', ({ row }) => {
  row('a key without clientId may be anybody: `*`', async (w) => expect((await w.client()).auth.clientId).toBe('*'))
  row('an anonymous token refuses a clientId parameter (40102)', async (w) => {
    const change = await w.realtime({ token: await w.token(), clientId: 'eve' }).connection.whenState('failed')
    expect(change?.reason?.code).toBe(40102)
  })
  row('a token for `*` takes the clientId parameter', async (w) => {
    expect((await w.client({ token: await w.token({ clientId: '*' }), clientId: 'bob' })).auth.clientId).toBe('bob')
  })
  row('REST with basic auth and a clientId: header X-Ably-ClientId', async (w) => {
    await w.rest({ clientId: 'ann', key: w.server.key }).channels.get(w.name).publish('n', 'd')
    expect((await (await w.channel()).history()).items[0]?.clientId).toBe('ann')
  })
  row('the client is asked for a token (AUTH) before the old one ends', async (w) => {
    const socket = await w.raw({ access_token: await w.token({ ttl: 20_000 }), key: '' })
    await socket.frame(({ action }) => action === 17)
  })
  row('a token that ends without a new one: DISCONNECTED 40142', async (w) => {
    const socket = await w.raw({ access_token: await w.token({ ttl: 300 }), key: '' })
    expect(await socket.frame(({ action }) => action === 6)).toMatchObject({ error: { code: 40142, statusCode: 401 } })
  })
  row('AUTH with a good token: CONNECTED on the same connection', async (w) => {
    const socket = await w.raw({ access_token: await w.token(), key: '' })
    const first = await socket.frame(({ action }) => action === 4)
    socket.send({ action: 17, auth: { accessToken: await w.token() } })
    await socket.until(({ frames }) => frames.filter(({ action }) => action === 4).length === 2)
    expect(socket.frames.at(-1)?.['connectionId']).toBe(first['connectionId'])
  })
  row('`auth.authorize()` renews without disconnecting', async (w) => {
    const client = await w.client(renewing(() => w.token()))
    const states: string[] = []
    client.connection.on(({ current }) => states.push(current))
    await client.auth.authorize()
    expect(states.filter((state) => state !== 'connected')).toEqual([])
  })
  row('AUTH with another clientId: ERROR 40102', async (w) => {
    const socket = await w.raw({ access_token: await w.token({ clientId: 'ann' }), key: '' })
    socket.send({ action: 17, auth: { accessToken: await w.token({ clientId: 'eve' }) } })
    expect(await socket.frame(({ action }) => action === 9)).toMatchObject({ error: { code: 40102 } })
  })
  row('AUTH with a bad token ends the connection', async (w) => {
    const socket = await w.raw({ access_token: await w.token(), key: '' })
    socket.send({ action: 17, auth: { accessToken: 'nonsense' } })
    await socket.until(({ closed }) => closed)
  })
  row('AUTH without a token: 40000', async (w) => {
    const socket = await w.raw()
    socket.send({ action: 17 })
    expect(await socket.frame(({ action }) => action === 9)).toMatchObject({ error: { code: 40000 } })
  })
  row('a downgrade fails the channels no longer permitted (40160)', async (w) => {
    const capabilities = [{ '*': ['*'] }, { other: ['subscribe'] }]
    const client = await w.client(renewing(() => w.token({ capability: capabilities.shift() as never })))
    const channel = client.channels.get(w.name)
    await channel.attach()
    const failed = channel.whenState('failed')
    await client.auth.authorize()
    expect((await failed)?.reason?.code).toBe(40160)
  })
  row('a downgrade takes away modes, and says so in ATTACHED', async (w) => {
    const socket = await w.attached({}, { access_token: await w.token(), key: '' })
    socket.send({ action: 17, auth: { accessToken: await w.token({ capability: { '*': ['subscribe'] } }) } })
    await socket.until(({ frames }) => frames.filter(({ action }) => action === 11).length === 2)
    expect(Number(socket.frames.findLast(({ action }) => action === 11)?.['flags']) >> 16).toBe(0b1100)
  })
  row('the modes asked for at attach are granted again with each token: an upgrade lets an attachment publish', async (w) => {
    const capabilities = [{ '*': ['subscribe'] }, { '*': ['subscribe', 'publish', 'presence'] }]
    const client = await w.client(renewing(() => w.token({ capability: capabilities.shift() as never })))
    const channel = client.channels.get(w.name)
    await channel.attach()
    expect(await refusal(channel.publish('n', 'd'))).toEqual([40160, 401])
    await client.auth.authorize()
    await channel.publish('n', 'd')
    expect(channel.modes).toEqual(['presence', 'publish', 'subscribe', 'presence_subscribe'])
  })
  row('an upgrade gives no mode that was not asked for', async (w) => {
    const capabilities = [{ '*': ['subscribe'] }, { '*': ['*'] }]
    const client = await w.client(renewing(() => w.token({ capability: capabilities.shift() as never })))
    const channel = client.channels.get(w.name, { modes: ['SUBSCRIBE', 'PUBLISH'] })
    await channel.attach()
    await client.auth.authorize()
    await channel.publish('n', 'd')
    expect(channel.modes).toEqual(['publish', 'subscribe'])
  })
  row('modes taken away by a downgrade come back with the next upgrade', async (w) => {
    const capabilities = [{ '*': ['*'] }, { '*': ['subscribe'] }, { '*': ['*'] }]
    const client = await w.client(renewing(() => w.token({ capability: capabilities.shift() as never })))
    const channel = client.channels.get(w.name)
    await channel.attach()
    await client.auth.authorize()
    expect(await refusal(channel.publish('n', 'd'))).toEqual([40160, 401])
    await client.auth.authorize()
    await channel.publish('n', 'd')
  })
  row('`params.modes` is granted again too, and echoed as granted', async (w) => {
    const capabilities = [{ '*': ['subscribe'] }, { '*': ['*'] }]
    const client = await w.client(renewing(() => w.token({ capability: capabilities.shift() as never })))
    const channel = client.channels.get(w.name, { params: { modes: 'publish,subscribe' } })
    await channel.attach()
    expect(channel.params).toEqual({ modes: 'subscribe' })
    await client.auth.authorize()
    expect(channel.params).toEqual({ modes: 'publish,subscribe' })
  })
  row('an attachment that may now see who is present is told', async (w) => {
    await (await w.channel()).presence.enterClient('bob')
    const capabilities = [{ '*': ['publish'] }, { '*': ['publish', 'subscribe'] }]
    const client = await w.client(renewing(() => w.token({ capability: capabilities.shift() as never })))
    const channel = client.channels.get(w.name)
    const seen = new Promise<PresenceMessage>((resolve) => void channel.presence.subscribe('present', resolve))
    await channel.attach()
    await client.auth.authorize()
    expect((await seen).clientId).toBe('bob')
  })
  row('an upgrade permits more from then on', async (w) => {
    const socket = await w.raw({ access_token: await w.token({ capability: { x: ['subscribe'] } }), key: '' })
    socket.send({ action: 17, auth: { accessToken: await w.token() } })
    await socket.until(({ frames }) => frames.filter(({ action }) => action === 4).length === 2)
    socket.send({ action: 15, channel: w.name, msgSerial: 0, messages: [{ data: 'd' }] })
    await socket.frame(({ action }) => action === 1)
  })
})

section('18. Capabilities (P93)', ({ row }) => {
  const publishing = async (w: World, resource: string, name: string): Promise<unknown> =>
    refusal((await w.as({ [resource]: ['publish'] })).channels.get(name).publish('n', 'd'))
  const denied = [40160, 401]
  row('a resource is one channel', async (w) => {
    expect([await publishing(w, 'a', 'a'), await publishing(w, 'a', 'b')]).toEqual(['no refusal', denied])
  })
  row('`*` is every channel', async (w) => expect(await publishing(w, '*', 'any:thing')).toBe('no refusal'))
  row('`a:*` is every channel of the namespace', async (w) => {
    expect([await publishing(w, 'a:*', 'a:b:c'), await publishing(w, 'a:*', 'b:c')]).toEqual(['no refusal', denied])
  })
  row('`*:b` matches one segment', async (w) => {
    expect([await publishing(w, '*:b', 'x:b'), await publishing(w, '*:b', 'x:y:b')]).toEqual(['no refusal', denied])
  })
  row('`foo*` is a literal', async (w) => {
    expect([await publishing(w, 'foo*', 'foobar'), await publishing(w, 'foo*', 'foo*')]).toEqual([denied, 'no refusal'])
  })
  row('`[*]*` is everything, meta channels too', async (w) => expect(await publishing(w, '[*]*', 'a')).toBe('no refusal'))
  row('`*` does not reach `[meta]` channels', async (w) => {
    const client = await w.as({ '*': ['subscribe'] })
    expect(await refusal(client.channels.get('[meta]log').attach())).toEqual(denied)
  })
  const rest: readonly [string, string, (w: World, serial: string) => readonly [string, string, unknown?]][] = [
    ['history', 'reading history', (w) => ['GET', `/channels/${w.name}/messages`]],
    ['history', 'reading one message', (w, serial) => ['GET', `/channels/${w.name}/messages/${encodeURIComponent(serial)}`]],
    [
      'history',
      'reading versions',
      (w, serial) => ['GET', `/channels/${w.name}/messages/${encodeURIComponent(serial)}/versions`],
    ],
    [
      'history',
      'reading annotations',
      (w, serial) => ['GET', `/channels/${w.name}/messages/${encodeURIComponent(serial)}/annotations`],
    ],
    ['history', 'reading presence history', (w) => ['GET', `/channels/${w.name}/presence/history`]],
    ['subscribe', 'reading presence', (w) => ['GET', `/channels/${w.name}/presence`]],
    ['channel-metadata', 'reading the channel status', (w) => ['GET', `/channels/${w.name}`]],
    ['stats', 'reading stats', () => ['GET', '/stats']],
    ['publish', 'publishing over REST', (w) => ['POST', `/channels/${w.name}/messages`, { data: 'd' }]],
    [
      'message-update-any',
      'updating over REST',
      (w, serial) => ['PATCH', `/channels/${w.name}/messages/${encodeURIComponent(serial)}`, { action: 1, data: 'd' }],
    ],
    [
      'message-delete-any',
      'deleting over REST',
      (w, serial) => ['PATCH', `/channels/${w.name}/messages/${encodeURIComponent(serial)}`, { action: 2 }],
    ],
    [
      'annotation-publish',
      'annotating over REST',
      (w, serial) => [
        'POST',
        `/channels/${w.name}/messages/${encodeURIComponent(serial)}/annotations`,
        [{ type: 'x:total.v1', action: 0 }],
      ],
    ],
  ]
  const others = [
    'subscribe',
    'publish',
    'presence',
    'history',
    'stats',
    'channel-metadata',
    'annotation-publish',
    'message-update-any',
    'message-delete-any',
  ]
  for (const [operation, what, request] of rest) {
    row(`${what} takes \`${operation}\`, and nothing else will do (40160)`, async (w) => {
      const serial = await create(await w.channel())
      const [method, path, body] = request(w, serial)
      const lacking = others.filter((other) => other !== operation)
      const send = async (operations: string[]): Promise<{ status: number; body: unknown }> => {
        const authorization = `Bearer ${await w.token({ capability: { '*': operations } })}`
        return w.http(method, path, body, { authorization })
      }
      expect(await send(lacking)).toMatchObject({ status: 401, body: { error: { code: 40160 } } })
      expect((await send([operation])).status).toBeLessThan(300)
    })
  }
})

section('19. Revocation (P94)', ({ row }) => {
  const revoke = async (w: World, body: object): ReturnType<World['http']> => {
    w.onlyLocal('a key whose tokens can be revoked')
    return w.http('POST', '/keys/local.revocable/revokeTokens', body, {
      authorization: `Basic ${Buffer.from(REVOCABLE).toString('base64')}`,
    })
  }
  const tokenOf = async (w: World, params: object = {}): Promise<string> =>
    (await w.rest({ key: REVOCABLE }).auth.requestToken(params)).token

  row('by clientId, through the client’s `revokeTokens()`', async (w) => {
    const [result] = (await w.rest({ key: REVOCABLE }).auth.revokeTokens([{ type: 'clientId', value: w.name }])).results
    expect(result).toMatchObject({
      target: `clientId:${w.name}`,
      issuedBefore: expect.any(Number),
      appliesAt: expect.any(Number),
    })
  })
  row('the answer counts successes and failures', async (w) => {
    const { body } = await revoke(w, { targets: [`clientId:${w.name}`, 'nonsense'] })
    expect(body).toMatchObject({ successCount: 1, failureCount: 1, results: [{}, { error: { code: 40000 } }] })
  })
  row('a live connection is disconnected with 40141', async (w) => {
    const socket = await w.raw({ access_token: await tokenOf(w, { clientId: w.name }), key: '' })
    await socket.frame(({ action }) => action === 4)
    await revoke(w, { targets: [`clientId:${w.name}`] })
    expect(await socket.frame(({ action }) => action === 6)).toMatchObject({ error: { code: 40141, statusCode: 401 } })
  })
  row('a revoked token no longer connects: 40141', async (w) => {
    const token = await tokenOf(w, { clientId: w.name })
    await revoke(w, { targets: [`clientId:${w.name}`] })
    expect(await refused(w, token)).toMatchObject({ code: 40141 })
  })
  row('the client renews its token and keeps its connection', async (w) => {
    const client = await w.client(renewing(() => tokenOf(w, { clientId: w.name })))
    const { id } = client.connection
    const issuedBefore = Date.now()
    // The next token must be younger than that, by a millisecond at least.
    while (Date.now() === issuedBefore);
    const dropped = client.connection.whenState('disconnected')
    await revoke(w, { targets: [`clientId:${w.name}`], issuedBefore })
    await dropped
    await client.connection.whenState('connected')
    expect(client.connection.id).toBe(id)
  })
  row('by channel and by revocation key', async (w) => {
    const token = await tokenOf(w, { capability: JSON.stringify({ [w.name]: ['subscribe'] }) })
    await revoke(w, { targets: [`channel:${w.name}`] })
    expect(await refused(w, token)).toMatchObject({ code: 40141 })
    const other = await jwt({ 'x-ably-revocation-key': w.name }, 'local.revocable')
    await revoke(w, { targets: [`revocationKey:${w.name}`] })
    expect(await refused(w, other)).toMatchObject({ code: 40141 })
  })
  row('tokens issued after `issuedBefore` stay good', async (w) => {
    const token = await tokenOf(w, { clientId: w.name })
    await revoke(w, { targets: [`clientId:${w.name}`], issuedBefore: Date.now() - 60_000 })
    await (await w.raw({ access_token: token, key: '' })).frame(({ action }) => action === 4)
  })
  row('`allowReauthMargin` asks for another token first and applies 30 s later', async (w) => {
    const socket = await w.raw({ access_token: await tokenOf(w, { clientId: w.name }), key: '' })
    await socket.frame(({ action }) => action === 4)
    const before = Date.now()
    const { body } = await revoke(w, { targets: [`clientId:${w.name}`], allowReauthMargin: true })
    await socket.frame(({ action }) => action === 17)
    expect((body['results'] as unknown as { appliesAt: number }[])[0]?.appliesAt).toBeGreaterThanOrEqual(before + 29_000)
  })
  row('a key without revocableTokens: 40163/401', async (w) => {
    expect(await w.http('POST', `/keys/${keyName}/revokeTokens`, { targets: ['clientId:x'] })).toMatchObject({
      status: 401,
      body: { error: { code: 40163 } },
    })
  })
  row('with a token: 40162/401', async (w) => {
    w.onlyLocal('a key whose tokens can be revoked')
    const authorization = `Bearer ${await tokenOf(w)}`
    const answer = await w.http('POST', '/keys/local.revocable/revokeTokens', { targets: ['clientId:x'] }, { authorization })
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 40162 } } })
  })
  row('with another key: 40133/401', async (w) => {
    w.onlyLocal('a key whose tokens can be revoked')
    expect(await w.http('POST', '/keys/local.revocable/revokeTokens', { targets: ['clientId:x'] })).toMatchObject({
      status: 401,
      body: { error: { code: 40133 } },
    })
  })
  row('a revocable token may live an hour at most: a request for more is refused (400)', async (w) => {
    expect(await refusal(tokenOf(w, { ttl: 3_600_001 }))).toEqual([40003, 400])
    await tokenOf(w, { ttl: 3_600_000 })
  })
  row('a JWT of a revocable key that lives longer is refused (401)', async (w) => {
    w.onlyLocal('a key whose tokens can be revoked')
    const now = Math.floor(Date.now() / 1000)
    expect(await refused(w, await jwt({ iat: now, exp: now + 3601 }, 'local.revocable'))).toMatchObject({
      code: 40144,
      statusCode: 401,
    })
    await w.client({ token: await jwt({ iat: now, exp: now + 3600 }, 'local.revocable') })
  })
})
