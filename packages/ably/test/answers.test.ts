import type { AnswerDraft, Conversation } from '@streamfold/core'
import { selectMessages, selectWaiting } from '@streamfold/core'
import { answerMessage, frameHead, inputHash } from '@streamfold/core/codec'
import type { LocalAbly } from '@streamfold/local-ably'
import type { ClientOptions, Message } from 'ably'
import { describe, expect, it } from 'vitest'
import { agentOn } from '@streamfold/test-support/agent-on'
import { live, open } from '@streamfold/test-support/open'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { until } from '@streamfold/testkit'

const call =
  frameHead({ type: 'tool', id: 'c1', name: 'send' }) +
  '{}' +
  frameHead({ type: 'input', id: 'c1' }) +
  frameHead({ type: 'ask', id: 'c1', approval: 'a1' })

const approved = (state: Conversation) =>
  selectMessages(state)
    .flatMap(({ parts }) => parts)
    .map((part) => ('toolCallId' in part ? part.approval?.approved : undefined))
    .find((each) => each !== undefined)
const waits = (state: Conversation) => selectWaiting(state).length === 1

/** A call that waits for `ann`, with as many pages of hers as are opened. */
async function asked(name: string, server: LocalAbly) {
  const agent = agentOn(server, name)
  const asking = realtime(server, { clientId: 'ann' }).channels.get(name)
  const prompt = (await asking.publish({ name: 'prompt', data: 'Invite them', extras: { headers: { role: 'user' } } })).serials[0]
  const target = await agent.begin(call, { 'reply-to': prompt!, format: 'parts/1', status: 'waiting' }) // It was accepted.
  const draft: AnswerDraft = { target, call: 'c1', kind: 'approve', saw: inputHash({}), text: '{}' }
  return {
    server,
    draft,
    ids: { messageId: target, toolCallId: 'c1' },
    async page(options: ClientOptions = {}) {
      const page = open(realtime(server, { clientId: 'ann', ...options }).channels.get(name))
      await until(page.store, (state) => live(state) && waits(state))
      return page
    },
    /** What `ann` has answered, oldest first. */
    async answers(): Promise<readonly Message[]> {
      const { items } = await asking.history({ direction: 'forwards', limit: 100 })
      return items.filter((message) => message.name === 'answer' && message.clientId === 'ann')
    },
    channel: asking,
  }
}

describe.each([
  ['a client', {}],
  ['a client without echo', { echoMessages: false }],
])('an answer of %s', (_, options: ClientOptions) => {
  it('is one message of two pages that answer at the same moment, each twice', async () => {
    const { page, ids, answers } = await asked('ai:one', await serve())
    const pages = [await page(options), await page(options)]
    await Promise.all(pages.flatMap(({ answer }) => [answer(ids, { approve: true }), answer(ids, { approve: true })]))
    for (const { store } of pages) await until(store, (state) => approved(state) === true)
    expect(await answers()).toHaveLength(1)
  })

  it('is one message though its acknowledgement is lost with the connection', async () => {
    const { server, page, ids, answers } = await asked('ai:lost', await serve())
    const { answer, store } = await page(options)
    server.faults.dropAck({ clientId: 'ann' })
    const answered = answer(ids, { approve: true })
    await expect.poll(async () => (await answers()).length).toBe(1)
    server.faults.cut({ clientId: 'ann', refuseFor: 50 })
    await answered
    await until(store, (state) => approved(state) === true)
    expect(await answers()).toHaveLength(1)
  })

  it.each(['update', 'delete'] as const)('goes through after one of the same person that was withdrawn by an %s', async (how) => {
    const { page, ids, answers, channel } = await asked(`ai:withdrawn-${how}`, await serve())
    const { answer, store } = await page(options)
    const other = await page(options)
    await answer(ids, { approve: true })
    await until(other.store, (state) => approved(state) === true)
    const serial = (await answers())[0]!.serial! // It was answered.
    await (how === 'delete' ? channel.deleteMessage({ serial }) : channel.updateMessage({ serial, data: '{}' }))
    for (const each of [store, other.store]) await until(each, waits)
    await answer(ids, { approve: false })
    for (const each of [store, other.store]) await until(each, (state) => approved(state) === false)
    expect((await answers()).filter(({ action }) => action === 'message.create')).toHaveLength(1)
  })

  it('goes through though another user has taken its id', async () => {
    const { server, page, ids, answers, draft } = await asked('ai:taken', await serve())
    const pages = [await page(options), await page(options)]
    const bob = realtime(server, { clientId: 'bob' }).channels.get('ai:taken')
    const taking = (attempt: number, name: string, data: string) =>
      bob.publish({ ...answerMessage(draft, 'ann', attempt), name, data } as Message) // The type of ids does not allow undefined.
    await taking(0, 'answer', '{}')
    // No reader reads this one.
    await taking(1, 'answer', '{')
    await taking(2, 'other', 'mine')
    await Promise.all(pages.flatMap(({ answer }) => [answer(ids, { approve: true }), answer(ids, { approve: true })]))
    for (const { store } of pages) await until(store, (state) => approved(state) === true)
    expect(await answers()).toHaveLength(1)
    const reader = await realtime(server, { clientId: 'carol' }).channels.get('ai:taken').history()
    expect(reader.items).toHaveLength(6)
  })
})
