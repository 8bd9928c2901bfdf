import { afterEach, expect, test, vi } from 'vitest'
import { requestResponse } from '../src/chat/request-response.ts'

const prompt = { channelName: 'ai:x', promptSerial: '01' }
const answer = (respond: () => Promise<Response>) => vi.stubGlobal('fetch', vi.fn(respond))
afterEach(() => vi.unstubAllGlobals())

test('an agent that accepts is no news', async () => {
  answer(async () => Response.json({ responseId: '02' }, { status: 202 }))
  await expect(requestResponse(prompt)).resolves.toBeUndefined()
})

test.each([
  ['nothing answers', () => Promise.reject(new TypeError('fetch failed')), 'the agent could not be reached'],
  ['the proxy finds nothing', async () => new Response('', { status: 500 }), 'the agent could not be reached'],
  [
    'the prompt waits for its turn',
    async () => Response.json({ queued: true, ahead: 3, message: 'the agent is busy: 3 are before this' }, { status: 202 }),
    'the agent is busy: 3 are before this',
  ],
  ['it waits, without a word', async () => Response.json({ queued: true }, { status: 202 }), 'the agent is busy'],
  ['the agent says why', async () => Response.json({ error: { message: 'too busy' } }, { status: 503 }), 'too busy'],
])('%s', async (_, respond, reason) => {
  answer(respond)
  await expect(requestResponse(prompt)).rejects.toThrow(reason)
})
