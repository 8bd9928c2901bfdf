import assert from 'node:assert/strict'
import { openConversation } from '@streamfold/ably'
import type { ConversationHandle } from '@streamfold/ably'
import type { Message } from '@streamfold/core'
import { emptyConversation, selectMessages } from '@streamfold/core'
import type { LocalAbly } from '@streamfold/local-ably'
import { until } from '@streamfold/testkit'
import { Realtime } from 'ably'
import type { ModelServer } from './model-server.ts'

/**
 * A server with `createAgentHandler` at `/api`. The header `x-user` says who the user is; a user may open the conversations whose names begin with
 * `ai:USER-`. Its model is a `ModelServer`, `staleAfter` is that of below, and its archive
 * that of `@streamfold/testkit/archive`.
 */
export interface Site {
  readonly url: string
  readonly ably: LocalAbly
  readonly model: ModelServer
  /** The origin of another site whose pages may call it. */
  readonly origin: string
  /** Ends it in the middle of what it does, as `kill -9`, and starts it again. */
  restart(): Promise<void>
}

/** Milliseconds of silence after which a response has lost its agent: longer than a busy machine delays a heartbeat. */
const STALE_AFTER = 5_000

/** What each server shows: the same for every framework and platform. */
export const handlerScenarios: Readonly<Record<string, (site: Site) => Promise<void>>> = {
  async 'a user gets a token for one conversation, as nobody else, and none for those of others'(site) {
    const asked = await call(site, '/ably-token?channel=ai:ann-1', 'ann')
    assert.equal(asked.status, 200)
    const token = (await asked.json()) as { readonly clientId: string; readonly capability: string }
    assert.equal(token.clientId, 'ann')
    assert.deepEqual(Object.keys(JSON.parse(token.capability)), ['ai:ann-1'])
    const form = {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'channel=ai:ann-2&clientId=bob',
    }
    const posted = (await (await call(site, '/ably-token', 'ann', form)).json()) as typeof token
    assert.deepEqual([posted.clientId, Object.keys(JSON.parse(posted.capability))], ['ann', ['ai:ann-2']])
    await refused(site, 403, 'not-yours', '/ably-token?channel=ai:bob-1', 'ann')
    await refused(site, 400, 'bad-channel', '/ably-token?channel=ai:ann-*', 'ann')
    await refused(site, 400, 'bad-channel', '/ably-token?channel=[*]ai:ann-1', 'ann')
    await refused(site, 400, 'bad-channel', '/ably-token', 'ann')
    await refused(site, 401, 'not-signed-in', '/ably-token?channel=ai:ann-1')
  },

  async 'what is wrong is refused as JSON that says what to do, and holds no secret'(site) {
    const body = JSON.stringify({ channelName: 'ai:ann-1', promptSerial: 'no such prompt' })
    const json = { 'content-type': 'application/json' }
    const post = (changes: RequestInit = {}): RequestInit => ({ method: 'POST', headers: json, body, ...changes })
    await refused(site, 404, 'unknown-prompt', '/responses', 'ann', post())
    await refused(site, 401, 'not-signed-in', '/responses', undefined, post())
    await refused(site, 403, 'not-yours', '/responses', 'bob', post())
    await refused(site, 400, 'bad-json', '/responses', 'ann', post({ body: '{' }))
    await refused(site, 400, 'bad-request', '/responses', 'ann', post({ body: '{"channelName":"ai:ann-1"}' }))
    await refused(site, 415, 'unsupported-type', '/responses', 'ann', post({ headers: { 'content-type': 'text/plain' } }))
    await refused(site, 413, 'too-large', '/responses', 'ann', post({ body: JSON.stringify('x'.repeat(20_000)) }))
    await refused(site, 405, 'not-allowed', '/responses', 'ann')
    await refused(site, 404, 'not-found', '/nothing', 'ann')
    await refused(site, 403, 'unknown-origin', '/ably-token?channel=ai:ann-1', 'ann', {
      headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
    })
    const preflight = {
      origin: site.origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    }
    const allowed = await call(site, '/responses', undefined, { method: 'OPTIONS', headers: preflight })
    assert.deepEqual([allowed.status, allowed.headers.get('access-control-allow-origin')], [204, site.origin])
    const foreign = await call(site, '/responses', undefined, {
      method: 'OPTIONS',
      headers: { ...preflight, origin: 'https://evil.example' },
    })
    assert.equal(foreign.headers.get('access-control-allow-origin'), null)
  },

  async 'a prompt is answered once, though it is asked for three times'(site) {
    using page = open(site, 'ai:ann-once')
    await page.send('Hello')
    const model = await site.model.called('Hello')
    model.write('Hello')
    await page.shows(({ text }) => text === 'Hello')
    const again = await Promise.all([1, 2].map(() => page.ask()))
    for (const { status } of again) assert.ok(status === 202 || status === 409, `asked again: ${status}`)
    model.write(', world')
    model.end()
    await page.shows(({ status }) => status === 'complete')
    assert.deepEqual(page.texts(), ['Hello', 'Hello, world'])
    assert.equal(site.model.count('Hello'), 1)
  },

  async 'a page that is loaded again in the middle shows what there is, and the rest'(site) {
    const first = open(site, 'ai:ann-reload')
    await first.send('A story')
    const model = await site.model.called('A story')
    model.write('Once ')
    await first.shows(({ text }) => text === 'Once ')
    first[Symbol.dispose]()
    model.write('upon ')
    using second = open(site, 'ai:ann-reload')
    await second.shows(({ text }) => text === 'Once upon ')
    model.write('a time')
    model.end()
    await second.shows(({ status, text }) => status === 'complete' && text === 'Once upon a time')
  },

  async 'a stop ends the response, and the model'(site) {
    using page = open(site, 'ai:ann-stop')
    await page.send('Without end')
    const model = await site.model.called('Without end')
    model.write('on and on')
    await page.shows(({ text }) => text === 'on and on')
    await page.handle.stop()
    await page.shows(({ status }) => status === 'cancelled')
    await model.left
  },

  async 'a response waits for approval, and goes on in the same message'(site) {
    using page = open(site, 'ai:ann-approve')
    await page.send('Invite Bob')
    const asks = await site.model.called('Invite Bob')
    asks.write({ type: 'tool-call', toolCallId: 'c1', toolName: 'send', input: { to: 'bob' } })
    asks.write({ type: 'tool-approval-request', toolCallId: 'c1', approvalId: 'a1' })
    asks.end()
    await page.shows(({ status }) => status === 'waiting')
    const { id } = page.response()!
    await page.handle.answer({ messageId: id, toolCallId: 'c1' }, { approve: true })
    const goesOn = await site.model.called('Invite Bob')
    assert.deepEqual(goesOn.decided, [{ toolCallId: 'c1', approved: true }])
    goesOn.write({ type: 'tool-result', toolCallId: 'c1', output: 'sent' })
    goesOn.write('Invited.')
    goesOn.end()
    await page.shows(({ status, text }) => status === 'complete' && text === 'Invited.')
    assert.equal(page.response()!.id, id)
  },

  async 'the archive has what has ended, and lists the user’s conversations, for a user who may read it'(site) {
    using page = open(site, 'ai:ann-archive')
    await page.send('Keep this')
    const model = await site.model.called('Keep this')
    model.write('kept')
    model.end()
    await page.shows(({ status }) => status === 'complete')
    const data = async (): Promise<string> => {
      const read = await call(site, '/archive?channel=ai:ann-archive', 'ann')
      assert.equal(read.status, 200)
      const { messages } = (await read.json()) as { readonly messages: readonly { readonly data: string }[] }
      return messages.map((message) => message.data).join()
    }
    // It is put there behind the end of the response.
    while ((await data()) !== 'Keep this,kept') await new Promise(setImmediate)
    await refused(site, 403, 'not-yours', '/archive?channel=ai:ann-archive', 'bob')
    const listed = async (user: string): Promise<readonly string[]> => {
      const read = await call(site, '/conversations', user)
      const { conversations } = (await read.json()) as { readonly conversations: readonly { readonly title: string }[] }
      return conversations.map(({ title }) => title)
    }
    assert.ok((await listed('ann')).includes('Keep this'))
    assert.deepEqual(await listed('bob'), [])
    await refused(site, 400, 'bad-request', '/conversations?limit=many', 'ann')
  },

  async 'killed in the middle: asked again a response is written again in its place, and a later request closes what is left open'(
    site,
  ) {
    using again = open(site, 'ai:ann-again')
    using left = open(site, 'ai:ann-left')
    await Promise.all([again.send('Try hard'), left.send('Die here')])
    const lost = await Promise.all([site.model.called('Try hard'), site.model.called('Die here')])
    lost[0].write('half of ')
    lost[1].write('a beginning')
    await again.shows(({ text }) => text === 'half of ')
    await left.shows(({ text }) => text === 'a beginning')
    const { id } = again.response()!
    await site.restart()

    await left.send('And now?')
    const next = await site.model.called('And now?')
    next.write('I am back')
    next.end()
    await left.shows(({ status, text }) => status === 'complete' && text === 'I am back')

    await again.shows(({ status }) => status === 'abandoned')
    const asked = again.ask()
    const retried = await site.model.called('Try hard')
    retried.write('half of it, and all')
    retried.end()
    assert.equal((await asked).status, 202)
    await again.shows(({ status, text }) => status === 'complete' && text === 'half of it, and all')
    assert.equal(again.response()!.id, id)
    assert.equal(again.texts().length, 2)

    // Where a process lives on it is closed by now; where one lives as long as a request, by the next one.
    await left.ask()
    const closed = { status: 'failed', text: 'a beginning', error: 'the agent stopped before the end' }
    await left.shows(({ status, text, error }) => status === closed.status && text === closed.text && error === closed.error)
    assert.equal(left.texts().length, 4)
  },
}

function call({ url }: Site, path: string, user?: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${url}/api${path}`, { ...init, headers: { ...init.headers, ...(user !== undefined && { 'x-user': user }) } })
}

async function refused(
  site: Site,
  status: number,
  code: string,
  ...asked: [path: string, user?: string, init?: RequestInit]
): Promise<void> {
  const response = await call(site, ...asked)
  const text = await response.text()
  assert.equal(response.status, status, text)
  const { error } = JSON.parse(text) as { readonly error: { readonly code: string; readonly message: string } }
  assert.equal(error.code, code)
  assert.match(error.message, /^unable to .+; .+/)
  const [, secret] = site.ably.key.split(':')
  assert.ok(!(text + JSON.stringify([...response.headers])).includes(secret!))
}

interface Page extends Disposable {
  readonly handle: ConversationHandle
  /** Resolves when the prompt is on the channel, and the agent was asked. */
  send(text: string): Promise<void>
  /** Asks the agent again to answer the last prompt. */
  ask(): Promise<Response>
  response(): Message | undefined
  texts(): readonly string[]
  /** Resolves when one of the messages is as expected. */
  shows(expected: (message: Message) => boolean): Promise<void>
}

/** A page of Ann's: all that it has is its token. */
function open(site: Site, channelName: string): Page {
  const { key: _, ...local } = site.ably.clientOptions({ logLevel: 0, disconnectedRetryTimeout: 100 })
  const client = new Realtime({
    ...local,
    authUrl: `${site.url}/api/ably-token`,
    authParams: { channel: channelName },
    authHeaders: { 'x-user': 'ann' },
  })
  const notify = (prompt: object): Promise<Response> =>
    call(site, '/responses', 'ann', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(prompt),
    })
  const handle = openConversation(client.channels.get(channelName), {
    agent: 'agent',
    scheduler: (flush) => flush(),
    // A reader who waits a little longer than the agents.
    initial: emptyConversation({ stalledAfter: 1_000, absentAfter: STALE_AFTER + 1_000, abandonedAfter: STALE_AFTER + 1_000 }),
    notifyAgent: notify,
  })
  const messages = (): readonly Message[] => selectMessages(handle.store.getState())
  return {
    handle,
    async send(text) {
      await handle.sendMessage(text)
    },
    ask() {
      const promptSerial = messages().findLast(({ role }) => role === 'user')!.id
      return notify({ channelName, promptSerial })
    },
    response: () => messages().findLast(({ role }) => role === 'assistant'),
    texts: () => messages().map(({ text }) => text),
    async shows(expected) {
      await until(handle.store, (state) =>
        selectMessages(state).some((message) => message.role === 'assistant' && expected(message)),
      )
    },
    [Symbol.dispose]() {
      handle.release()
      client.close()
    },
  }
}
