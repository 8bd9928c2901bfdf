import { Hono } from 'hono'
import { expect, test, vi } from 'vitest'
import { readEnvironment } from '../src/environment.ts'
import { HttpError } from '@streamfold/agent'
import { crashRoute } from '../src/http/routes/crash-route.ts'

test('crashes for the page of the app, after its answer, and for nobody else', async () => {
  vi.useFakeTimers()
  const crash = vi.fn()
  const app = new Hono().post('/dev/crash', crashRoute(crash))
  app.onError((error) => new Response(error.message, { status: error instanceof HttpError ? error.status : 500 }))
  const ask = (headers: Record<string, string> = {}) => app.request('/dev/crash', { method: 'POST', headers })
  expect((await ask({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  vi.runAllTimers()
  expect(crash).not.toHaveBeenCalled()
  expect((await ask({ 'sec-fetch-site': 'same-origin' })).status).toBe(202)
  expect(crash).not.toHaveBeenCalled()
  vi.runAllTimers()
  expect(crash).toHaveBeenCalledTimes(1)
  vi.useRealTimers()
})

test('only where it is asked for, and never with the service', () => {
  expect(readEnvironment({}).crashable).toBe(false)
  expect(readEnvironment({ AGENT_CRASHABLE: 'yes' }).crashable).toBe(true)
  expect(readEnvironment({ AGENT_CRASHABLE: 'yes', ABLY_API_KEY: 'app.key:secret' }).crashable).toBe(false)
})
