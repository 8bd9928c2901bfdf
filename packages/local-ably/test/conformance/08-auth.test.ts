import { expect } from 'vitest'
import { section } from './section.ts'
import { keyName, keySecret } from './service.ts'
import { create, jwt, refusal, type World } from './world.ts'

const everything = JSON.stringify({ '*': ['*'] })
/** Why a WebSocket with this token is refused. */
const refused = async (w: World, token: string): Promise<unknown> =>
  (await (await w.raw({ access_token: token, key: '' })).frame(({ action }) => action === 9))['error']
/** The answer to a token request. */
const requested = async (
  w: World,
  request: object,
  headers?: Record<string, string>,
): Promise<{ status: number; body: object }> => w.http('POST', `/keys/${keyName}/requestToken`, request, headers)
const unsigned = { authorization: '' }

section('16. Keys, tokens and JWTs (P90 to P92)', ({ row }) => {
  row('a signed token request is exchanged for a token', async (w) => {
    const request = await w.rest().auth.createTokenRequest({ clientId: 'ann' })
    expect(await requested(w, request, unsigned)).toMatchObject({
      body: { token: expect.any(String), clientId: 'ann', keyName: keyName },
    })
  })
  row('the answer has `issued`, `expires` and a canonical `capability`', async (w) => {
    const { body } = await requested(w, {})
    expect(body).toMatchObject({ issued: expect.any(Number), expires: expect.any(Number), capability: '{"[*]*":["*"]}' })
  })
  row('an unsigned request is accepted with basic auth of the same key', async (w) => {
    expect((await requested(w, { keyName: keyName })).body).toMatchObject({ token: expect.any(String) })
  })
  row('an unsigned request without it: 40101', async (w) => {
    expect((await requested(w, { keyName: keyName }, unsigned)).body).toMatchObject({ error: { code: 40101 } })
  })
  row('a wrong mac: 40101/401', async (w) => {
    const request = await w.rest().auth.createTokenRequest()
    expect(await requested(w, { ...request, mac: 'wrong' }, unsigned)).toMatchObject({
      status: 401,
      body: { error: { code: 40101 } },
    })
  })
  row('a changed field of a signed request: 40101', async (w) => {
    const request = await w.rest().auth.createTokenRequest({ clientId: 'ann' })
    expect((await requested(w, { ...request, clientId: 'eve' }, unsigned)).body).toMatchObject({ error: { code: 40101 } })
  })
  row('a request for another key than that of the address: 40101', async (w) => {
    const request = await w.rest().auth.createTokenRequest()
    expect((await requested(w, { ...request, keyName: 'other.key' }, unsigned)).body).toMatchObject({ error: { code: 40101 } })
  })
  row('a request is good for its own key only: signed with the secret of another, 40101', async (w) => {
    const request = await w.rest({ key: `${keyName}:another` }).auth.createTokenRequest()
    expect((await requested(w, request, unsigned)).body).toMatchObject({ error: { code: 40101 } })
  })
  row('a timestamp that is off: 40104/401', async (w) => {
    const request = await w.rest().auth.createTokenRequest({ timestamp: Date.now() - 600_000 })
    expect(await requested(w, request, unsigned)).toMatchObject({ status: 401, body: { error: { code: 40104 } } })
  })
  row('a replayed nonce: 40105/401', async (w) => {
    const request = await w.rest().auth.createTokenRequest()
    await requested(w, request, unsigned)
    expect(await requested(w, request, unsigned)).toMatchObject({ status: 401, body: { error: { code: 40105 } } })
  })
  row('ttl and timestamp may be strings, as an authUrl sends them', async (w) => {
    const { ttl, timestamp, ...request } = await w.rest().auth.createTokenRequest({ ttl: 5000 })
    const { body } = await requested(w, { ...request, ttl: String(ttl), timestamp: String(timestamp) }, unsigned)
    expect(body).toMatchObject({ token: expect.any(String) })
  })
  row('expires − issued is the ttl exactly, one hour by default', async (w) => {
    const one = await w.rest().auth.requestToken({ ttl: 12_345 })
    const other = await w.rest().auth.requestToken()
    expect([one.expires - one.issued, other.expires - other.issued]).toEqual([12_345, 3_600_000])
  })
  for (const [what, ttl] of [
    ['negative', -1],
    ['no number', 'soon'],
    ['longer than 24 hours', 86_400_001],
  ] as const) {
    row(`a ttl that is ${what}: 400`, async (w) => expect((await requested(w, { ttl })).status).toBe(400))
  }
  for (const [what, capability] of [
    ['no operations', '{"a":[]}'],
    ['`*` beside others', '{"a":["*","publish"]}'],
    ['an unknown operation', '{"a":["fly"]}'],
    ['no JSON', 'x'],
  ] as const) {
    row(`a capability with ${what}: 40000/400`, async (w) => {
      expect(await requested(w, { capability })).toMatchObject({ status: 400, body: { error: { code: 40000 } } })
    })
  }
  row('the capability is the intersection with the key’s, operations sorted', async (w) => {
    const keys = [{ key: 'local.dev:streamfold', capability: { 'ai:*': ['publish', 'subscribe'] } }]
    const server = await w.serve({ keys })
    const { capability } = await w
      .rest({}, server)
      .auth.requestToken({ capability: '{"ai:1":["subscribe","publish","history"],"x":["*"]}' })
    expect(JSON.parse(capability)).toEqual({ 'ai:1': ['publish', 'subscribe'] })
  })
  row('`*` of the request becomes the operations of the key', async (w) => {
    const server = await w.serve({ keys: [{ key: 'local.dev:streamfold', capability: { 'ai:*': ['publish'] } }] })
    const { capability } = await w.rest({}, server).auth.requestToken({ capability: everything })
    expect(JSON.parse(capability)).toEqual({ 'ai:*': ['publish'] })
  })
  row('an empty intersection: 40160/401', async (w) => {
    const server = await w.serve({ keys: [{ key: 'local.dev:streamfold', capability: { a: ['publish'] } }] })
    expect(await refusal(w.rest({}, server).auth.requestToken({ capability: '{"b":["publish"]}' }))).toEqual([40160, 401])
  })
  row('an unknown key name: 40400/404', async (w) => {
    expect(await w.http('POST', '/keys/no.key/requestToken', {})).toMatchObject({ status: 404, body: { error: { code: 40400 } } })
  })
  row('an unknown key of an app, over REST: 40400/401', async (w) => {
    for (const options of [
      { key: `${keyName.split('.')[0]}.nokey:secret` },
      { token: await jwt({}, `${keyName.split('.')[0]}.nokey`) },
    ]) {
      expect(await refusal(w.rest(options).channels.get(w.name).history())).toEqual([40400, 401])
    }
  })
  row('an unknown app, on realtime: 40101/401', async (w) => {
    const refusals = [await refused(w, await jwt({}, 'invalid.invalid'))]
    refusals.push((await (await w.raw({ key: 'this.is:wrong' })).frame(({ action }) => action === 9))['error'])
    for (const error of refusals) expect(error).toMatchObject({ code: 40101, statusCode: 401 })
  })
  row('an unknown key, on realtime: 40101/401', async (w) => {
    const [app] = keyName.split('.')
    const refusals = [await refused(w, await jwt({}, `${app}.nokey`))]
    refusals.push((await (await w.raw({ key: `${app}.nokey:secret` })).frame(({ action }) => action === 9))['error'])
    for (const error of refusals) expect(error).toMatchObject({ code: 40101, statusCode: 401 })
  })
  row('a wrong secret: 40101/401', async (w) => {
    expect(
      await refusal(
        w
          .rest({ key: `${keyName}:wrong` })
          .channels.get(w.name)
          .history(),
      ),
    ).toEqual([40101, 401])
  })
  row('tokens work over REST as `Bearer base64(token)`', async (w) => {
    expect(
      (
        await w
          .rest({ token: await w.token() })
          .channels.get(w.name)
          .history()
      ).items,
    ).toEqual([])
  })
  row('tokens work over REST unencoded too', async (w) => {
    const authorization = `Bearer ${await w.token()}`
    expect((await w.http('GET', `/channels/${w.name}/messages`, undefined, { authorization })).status).toBe(200)
  })
  row('an opaque string that is no token: 40143', async (w) => {
    expect(await refused(w, 'whatever')).toMatchObject({ code: 40143, statusCode: 401 })
  })
  row('a JWT signed with the key (HS256, kid) is accepted', async (w) => {
    const client = await w.client({ token: await jwt({ 'x-ably-capability': everything, 'x-ably-clientId': 'ann' }) })
    expect(client.auth.clientId).toBe('ann')
  })
  row('a JWT without capability has that of the key', async (w) => {
    await create((await w.client({ token: await jwt() })).channels.get(w.name))
  })
  row('`x-ably-capability` is enforced', async (w) => {
    const client = await w.client({ token: await jwt({ 'x-ably-capability': '{"other":["publish"]}' }) })
    expect(await refusal(client.channels.get(w.name).publish('n', 'd'))).toEqual([40160, 401])
  })
  row('the capability of a JWT is cut to that of its key', async (w) => {
    const server = await w.serve({ keys: [{ key: `${keyName}:${keySecret}`, capability: { 'ai:*': ['publish'] } }] })
    const client = await w.client({ token: await jwt({ 'x-ably-capability': everything }) }, server)
    await client.channels.get('ai:x').publish('n', 'd')
    expect(await refusal(client.channels.get('ai:x').attach())).toEqual('no refusal')
    expect(client.channels.get('ai:x').modes).toEqual(['publish'])
    expect(await refusal(client.channels.get('other').publish('n', 'd'))).toEqual([40160, 401])
  })
  row('a JWT whose capability has nothing in common with that of its key: 40160/401', async (w) => {
    const server = await w.serve({ keys: [{ key: `${keyName}:${keySecret}`, capability: { 'ai:*': ['publish'] } }] })
    const token = await jwt({ 'x-ably-capability': '{"other":["publish"]}' })
    const change = await w.realtime({ token }, server).connection.whenState('failed')
    expect([change?.reason?.code, change?.reason?.statusCode]).toEqual([40160, 401])
  })
  row('an Ably token inside a JWT (`x-ably-token`) is used', async (w) => {
    const client = await w.client({ token: await jwt({ 'x-ably-token': await w.token({ clientId: 'inner' }) }) })
    expect(client.auth.clientId).toBe('inner')
  })
  row('a bad signature: 40144', async (w) =>
    expect(await refused(w, await jwt({}, keyName, 'other'))).toMatchObject({ code: 40144 }),
  )
  row('an algorithm of `none` is no signature', async (w) => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
    expect(await refused(w, `${part({ alg: 'none', kid: keyName })}.${part({ exp: 9e9 })}.x`)).toMatchObject({ code: 40144 })
  })
  row('a JWT without `exp`: 40144', async (w) =>
    expect(await refused(w, await jwt({ exp: undefined }))).toMatchObject({ code: 40144 }),
  )
  row('an unknown app in the kid: 40400/404', async (w) => {
    expect(
      await refusal(
        w
          .rest({ token: await jwt({}, 'invalid.invalid') })
          .channels.get(w.name)
          .history(),
      ),
    ).toEqual([40400, 404])
  })
  row('an expired token: 40142/401', async (w) => {
    expect(await refused(w, await jwt({ exp: Math.floor(Date.now() / 1000) - 1 }))).toMatchObject({
      code: 40142,
      statusCode: 401,
    })
  })
  row('authCallback: a token, TokenDetails, a TokenRequest and a JWT all serve', async (w) => {
    const { auth } = w.rest()
    const answers = [await w.token(), await auth.requestToken(), await auth.createTokenRequest(), await jwt()]
    for (const answer of answers) await w.client({ authCallback: (_params, callback) => callback(null, answer) })
  })
})
