import { expect } from 'vitest'
import { section } from './section.ts'
import { create, type World } from './world.ts'

/** The body that Ably's own test suites send, in short: keys with and without capability, namespaces, fixtures. */
const SETUP = {
  limits: { presence: { maxMembers: 250 } },
  keys: [
    {},
    { capability: '{ "cansubscribe:*":["subscribe"], "canpublish:*":["publish"] }' },
    { capability: '{ "*":["subscribe"] }' },
    { revocableTokens: true },
    { capability: '{ "[*]*":["*"] }' },
  ],
  namespaces: [
    { id: 'persisted', persisted: true },
    { id: 'pushenabled', pushEnabled: true },
    { id: 'mutable', mutableMessages: true },
  ],
  channels: [
    {
      name: 'persisted:presence_fixtures',
      presence: [
        { clientId: 'client_string', data: 'This is a string clientData payload' },
        { clientId: 'client_decoded', data: '{"example":{"json":"Object"}}', encoding: 'json' },
        { clientId: 'client_encoded', data: 'HO4cYSP8', encoding: 'json/utf-8/cipher+aes-128-cbc/base64' },
      ],
    },
  ],
}

interface TestApp {
  readonly appId: string
  readonly accountId: string
  readonly keys: readonly {
    readonly keyStr: string
    readonly keyName: string
    readonly keySecret: string
    readonly id: string
    readonly value: string
    readonly capability: string
  }[]
  readonly namespaces: readonly unknown[]
}
const makeApp = async (w: World): Promise<TestApp> => {
  w.onlyLocal('an application made for a test')
  const { status, body } = await w.http('POST', '/apps', SETUP)
  expect(status).toBe(201)
  return body as unknown as TestApp
}

section('21. Test deployments (P97)', ({ row }) => {
  row('POST /apps answers with appId, accountId and as many keys and namespaces as asked for', async (w) => {
    const app = await makeApp(w)
    expect([app.keys.length, app.namespaces.length, typeof app.appId, typeof app.accountId]).toEqual([5, 3, 'string', 'string'])
  })
  row('each key as keyStr, keyName and keySecret, and as id and value', async (w) => {
    const { appId, keys } = await makeApp(w)
    for (const key of keys) {
      expect([key.keyStr, key.keyName]).toEqual([`${appId}.${key.id}:${key.value}`, `${appId}.${key.id}`])
      expect(key.keySecret).toBe(key.value)
    }
  })
  row('the client connects and publishes with a key of the app', async (w) => {
    const [key] = (await makeApp(w)).keys
    const channel = await w.channel({ key: key!.keyStr })
    await channel.publish('n', 'd')
    expect((await channel.history()).items).toHaveLength(1)
  })
  row('two apps do not see each other’s channels', async (w) => {
    const [one, two] = [await makeApp(w), await makeApp(w)]
    await (await w.channel({ key: one.keys[0]!.keyStr })).publish('n', 'd')
    expect((await (await w.channel({ key: two.keys[0]!.keyStr })).history()).items).toEqual([])
    expect((await (await w.channel()).history()).items).toEqual([])
  })
  row('capabilities given as JSON text are enforced', async (w) => {
    const { keys } = await makeApp(w)
    const client = await w.client({ key: keys[1]!.keyStr })
    await client.channels.get('canpublish:x').publish('n', 'd')
    await expect(client.channels.get('cansubscribe:x').publish('n', 'd')).rejects.toMatchObject({ code: 40160 })
  })
  row('presence fixtures are there, data decoded as their encoding says', async (w) => {
    const { keys } = await makeApp(w)
    const { items } = await w.rest({ key: keys[0]!.keyStr }).channels.get('persisted:presence_fixtures').presence.get({})
    expect(items.map(({ clientId }) => clientId)).toEqual(['client_string', 'client_decoded', 'client_encoded'])
    expect(items[1]?.data).toEqual({ example: { json: 'Object' } })
  })
  row('presence fixtures are in presence history', async (w) => {
    const { keys } = await makeApp(w)
    const { items } = await w.rest({ key: keys[0]!.keyStr }).channels.get('persisted:presence_fixtures').presence.history()
    expect(items).toHaveLength(3)
  })
  row('realtime clients are synced the fixtures', async (w) => {
    const { keys } = await makeApp(w)
    const client = await w.client({ key: keys[0]!.keyStr })
    expect(await client.channels.get('persisted:presence_fixtures').presence.get()).toHaveLength(3)
  })
  row('messages are mutable only in namespaces that say so', async (w) => {
    const client = await w.client({ key: (await makeApp(w)).keys[0]!.keyStr })
    const [plain, mutable] = [client.channels.get('plain'), client.channels.get('mutable:x')]
    await expect(plain.updateMessage({ serial: await create(plain), data: 'x' } as never)).rejects.toMatchObject({ code: 93002 })
    await mutable.updateMessage({ serial: await create(mutable), data: 'x' } as never)
  })
  row('tokens and JWTs of the app’s keys work', async (w) => {
    const { keys } = await makeApp(w)
    const { token } = await w.rest({ key: keys[0]!.keyStr }).auth.requestToken({ clientId: 'ann' })
    expect((await w.client({ token })).auth.clientId).toBe('ann')
  })
  row('`revocableTokens` is heeded', async (w) => {
    const { keys } = await makeApp(w)
    const target = [{ type: 'clientId', value: 'x' }]
    expect(await w.rest({ key: keys[3]!.keyStr }).auth.revokeTokens(target)).toMatchObject({ successCount: 1 })
    await expect(w.rest({ key: keys[0]!.keyStr }).auth.revokeTokens(target)).rejects.toMatchObject({ code: 40163 })
  })
  row('POST /stats is accepted', async (w) => {
    const { keys } = await makeApp(w)
    const answer = await w.http('POST', '/stats', [{ intervalId: '2025-02-03:15:03' }], {
      authorization: `Basic ${btoa(keys[0]!.keyStr)}`,
    })
    expect(answer.status).toBe(201)
  })
  row('DELETE /apps/ID with a key of the app removes it', async (w) => {
    const { appId, keys } = await makeApp(w)
    const authorization = `Basic ${btoa(keys[0]!.keyStr)}`
    expect((await w.http('DELETE', `/apps/${appId}`, undefined, { authorization })).status).toBe(204)
    expect((await w.http('GET', '/channels/x/messages', undefined, { authorization })).status).toBe(401)
  })
  row('DELETE with the key of another app: 40160', async (w) => {
    const [one, two] = [await makeApp(w), await makeApp(w)]
    const authorization = `Basic ${btoa(two.keys[0]!.keyStr)}`
    expect((await w.http('DELETE', `/apps/${one.appId}`, undefined, { authorization })).body).toMatchObject({
      error: { code: 40160 },
    })
  })
  row('a body that describes no app: 40000', async (w) => {
    expect((await w.http('POST', '/apps', { keys: 'many' })).body).toMatchObject({ error: { code: 40000 } })
  })
})
