import { createLocalAbly } from '@streamfold/local-ably'
import { Realtime, Rest } from 'ably'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { faultsRoute } from '../src/http/routes/faults-route.ts'
import { HttpError } from '@streamfold/agent'

function setup(rest: Pick<Rest, 'request'>) {
  const app = new Hono().on(['POST', 'DELETE'], '/dev/faults', faultsRoute(rest))
  app.onError((error) => new Response(error.message, { status: error instanceof HttpError ? error.status : 500 }))
  return (method: string, body?: object, headers: Record<string, string> = {}) =>
    app.request('/dev/faults', {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...(body && { body: JSON.stringify(body) }),
    })
}

test('passes faults on to local Ably, with the key that pages do not have', async () => {
  const server = await createLocalAbly()
  const client = new Realtime(server.clientOptions({ clientId: 'ann', logLevel: 0 }))
  await client.connection.whenState('connected')
  const ask = setup(new Rest(server.clientOptions({ logLevel: 0 })))
  const cut = client.connection.whenState('disconnected')
  expect((await ask('POST', { type: 'cut', clientId: 'ann' })).status).toBe(200)
  await cut
  expect((await ask('DELETE')).status).toBe(200)
  expect((await ask('POST', { type: 'explode' })).status).toBe(400)
  client.close()
  await server.close()
})

test('for pages of the app alone: others cannot ask, nor send the type of body it takes without asking first', async () => {
  const asked: string[] = []
  const ask = setup({
    request: (method) => {
      asked.push(method)
      return Promise.reject(new Error('nobody there'))
    },
  })
  expect((await ask('POST', { type: 'cut' }, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  expect((await ask('DELETE', undefined, { 'sec-fetch-site': 'same-site' })).status).toBe(403)
  expect((await ask('POST', { type: 'cut' }, { 'content-type': 'text/plain' })).status).toBe(415)
  // A browser that does not say from where it asks says of which origin the page is.
  expect((await ask('POST', { type: 'cut' }, { origin: 'https://evil.example' })).status).toBe(403)
  expect((await ask('POST', { type: 'cut' }, { origin: 'null' })).status).toBe(403)
  expect((await ask('POST', { type: 'cut' }, { origin: 'http://localhost.evil.example' })).status).toBe(403)
  expect(asked).toEqual([])
  expect((await ask('POST', { type: 'cut' }, { origin: 'http://localhost:5173' })).status).toBe(502)
  expect((await ask('POST', { type: 'cut' }, { 'sec-fetch-site': 'same-origin' })).status).toBe(502)
})
