import type { AnswerDraft } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import { answerMessage, frameHead, inputHash } from '@streamfold/core/codec'
import { simulatedTransport } from '@streamfold/testkit'
import { describe, expect, it } from 'vitest'
import type { ConversationHandle } from '../src/index.ts'
import { asking, callIn, channelOf, waiting } from './calls.ts'

const yes = { approve: true } as const
const no = { approve: false } as const

/** A call that waits for `ann`, with a page of hers. */
async function asked(data = asking()) {
  const all = channelOf()
  const mine = all.open()
  await all.live(mine)
  const serial = await all.asked(mine, data)
  await all.until(() => callIn(mine) !== undefined)
  const there = all.harness.ably.service.channel(all.transport.name)
  const draft: AnswerDraft = { target: serial, call: 'c1', kind: 'approve', saw: inputHash({ to: 'c1' }), text: '{}' }
  return {
    ...all,
    mine,
    serial,
    call: { messageId: serial, toolCallId: 'c1' },
    there,
    draft,
    /** The ids that a page of `ann` tries, in their order. */
    ids: (count: number) => Array.from({ length: count }, (_, attempt) => answerMessage(draft, 'ann', attempt).id),
    /** The page of another device of `ann`. */
    elsewhere: (name = all.transport.name): ConversationHandle =>
      all.open({}, simulatedTransport(all.harness.ably.service, all.harness.ably.client({ clientId: 'ann' }), name)),
    /** Another device of `ann`, which is sent no answers. */
    deaf(): ConversationHandle {
      const { ably } = all.harness
      const transport = simulatedTransport(ably.service, ably.client({ clientId: 'ann' }), all.transport.name)
      const { subscribe, history } = transport
      const isOther = (message: object) => (message as { name?: string }).name !== 'answer' // As the service sends them.
      Object.assign(transport, {
        subscribe: (listener: (message: object) => void) =>
          subscribe((message) => (isOther(message as object) ? listener(message as object) : undefined)), // Likewise.
        history: async (asked: Parameters<typeof history>[0]) => {
          const page = await history(asked)
          return { ...page, items: page.items.filter(isOther) }
        },
      })
      return all.open({}, transport)
    },
    /** What people decided, as the agent has it. */
    answers: () => all.agent.published('answer').map(({ clientId, headers }) => `${clientId} ${headers['kind']}`),
  }
}

describe('an answer after one of the same person that does not count', () => {
  it.each(['update', 'delete'] as const)('is published: it was withdrawn by an %s', async (how) => {
    const { mine, call, until, done, agent, there, answers } = await asked()
    await done(mine.answer(call, yes))
    const { serial } = agent.published('answer')[0]! // As just answered.
    if (how === 'delete') there.server.delete(serial, 'ann')
    else there.server.update(serial, '{}', undefined, undefined, 'ann')
    there.deliver()
    await until(() => callIn(mine)?.state === 'approval-requested')
    await done(mine.answer(call, no))
    await until(() => answers().length === 2)
    expect(callIn(mine)?.approval).toMatchObject({ approved: false, by: 'ann', answer: agent.published('answer')[1]?.serial })
    await done(mine.answer(call, yes).catch((error: unknown) => expect(String(error)).toMatch(/ann answered first/)))
    expect(answers()).toEqual(['ann approve', 'ann deny'])
  })

  it('is published: the first was about another input, and the input is that one again', async () => {
    const { mine, call, serial, until, done, agent, answers } = await asked()
    const headers = { ...waiting, 'reply-to': agent.published('prompt')[0]!.serial } // It was asked.
    const ask = async (to: string) => {
      await agent.append(serial, frameHead({ type: 'input', id: 'c1', input: { to } }), headers)
      await until(() => (callIn(mine)?.input as { to: string } | undefined)?.to === to)
    }
    await done(mine.answer(call, no))
    await ask('everybody')
    expect(callIn(mine)?.state).toBe('approval-requested')
    await done(mine.answer(call, yes))
    expect(callIn(mine)?.approval?.approved).toBe(true)
    await ask('c1')
    expect(callIn(mine)?.approval?.approved).toBe(false)
    expect(answers()).toEqual(['ann deny', 'ann approve'])
  })

  it('is published: the first was no answer to what was asked', async () => {
    const { mine, call, done, there, draft, answers } = await asked()
    const wrong = answerMessage({ ...draft, kind: 'output', text: '1' }, 'ann')
    there.publish({ id: wrong.id!, name: 'answer', text: '1', headers: headersOf(wrong), clientId: 'ann' }) // It has one.
    await done(mine.answer(call, yes))
    expect(callIn(mine)?.approval).toMatchObject({ approved: true, by: 'ann' })
    expect(answers()).toEqual(['ann output', 'ann approve'])
  })

  it('is published by a device that has not loaded that one', async () => {
    const { mine, deaf, live, call, until, done, agent, there, answers } = await asked()
    await done(mine.answer(call, yes))
    there.server.delete(agent.published('answer')[0]!.serial, 'ann') // As just answered.
    there.deliver()
    const theirs = deaf()
    await live(theirs)
    await until(() => callIn(theirs) !== undefined)
    expect(theirs.store.getState().context.answers).toEqual([])
    await done(theirs.answer(call, no))
    expect(callIn(theirs)?.approval?.approved).toBe(false)
    await until(() => callIn(mine)?.approval?.approved === false)
    expect(answers()).toEqual(['ann approve', 'ann deny'])
  })
})

function headersOf({ extras }: ReturnType<typeof answerMessage>): Record<string, string> {
  return (extras as { headers: Record<string, string> }).headers // As `answerMessage` makes them.
}

describe('an answer under an id that another user has taken', () => {
  type Squat = (draft: AnswerDraft) => { readonly name: string; readonly text: string; readonly headers: Record<string, string> }
  const answer: Squat = (draft) => ({ name: 'answer', text: '{}', headers: headersOf(answerMessage(draft, 'bob')) })
  const unread: Squat = (draft) => ({ ...answer(draft), text: '{' })
  const prompt: Squat = () => ({ name: 'prompt', text: 'mine', headers: { role: 'user' } })
  const cancel: Squat = ({ target }) => ({ name: 'cancel', text: '', headers: { target } })

  it.each([
    ['an answer', answer],
    ['an answer that no reader reads', unread],
    ['a prompt', prompt],
    ['a cancel', cancel],
  ])('goes through: %s', async (_, squat) => {
    const { mine, elsewhere, live, call, until, done, there, draft, ids, answers } = await asked()
    const theirs = elsewhere()
    await live(theirs)
    await until(() => callIn(theirs) !== undefined)
    for (const id of ids(2)) there.publish({ ...squat(draft), id: id!, clientId: 'bob' }) // Each has one.
    await done(mine.answer(call, yes))
    expect(callIn(mine)?.approval).toMatchObject({ approved: true, by: 'ann' })
    expect(callIn(mine)?.approval?.pending).toBeUndefined()
    await until(() => callIn(theirs)?.approval?.by === 'ann')
    expect(answers().filter((each) => each.startsWith('ann'))).toEqual(['ann approve'])
  })

  it('goes through however many are taken', async () => {
    const { mine, call, done, there, draft, ids, answers } = await asked()
    for (const id of ids(100)) there.publish({ ...answer(draft), id: id!, clientId: 'bob' }) // Each has one.
    await done(mine.answer(call, yes))
    expect(callIn(mine)?.approval).toMatchObject({ approved: true, by: 'ann' })
    expect(answers().filter((each) => each.startsWith('ann'))).toEqual(['ann approve'])
  })

  it('is one message of two devices that answer at the same moment', async () => {
    const { mine, elsewhere, live, call, until, done, there, draft, ids, answers } = await asked()
    const theirs = elsewhere()
    await live(theirs)
    await until(() => callIn(theirs) !== undefined)
    for (const id of ids(2)) there.publish({ ...prompt(draft), id: id!, clientId: 'bob' }) // Each has one.
    await done(Promise.all([mine.answer(call, yes), mine.answer(call, yes), theirs.answer(call, yes)]))
    expect(answers()).toEqual(['ann approve'])
    for (const page of [mine, theirs]) expect(callIn(page)?.approval).toMatchObject({ approved: true, by: 'ann' })
  })

  it('goes through where a client is sent neither that message nor its own', async () => {
    const { deaf, live, call, until, done, there, draft, ids, answers } = await asked()
    const page = deaf()
    await live(page)
    await until(() => callIn(page) !== undefined)
    for (const id of ids(1)) there.publish({ ...unread(draft), id: id!, clientId: 'bob' }) // It has one.
    await done(page.answer(call, yes))
    expect(callIn(page)?.approval).toMatchObject({ approved: true, by: 'ann' })
    expect(answers()).toEqual(['bob approve', 'ann approve'])
  })

  it('gives way where others have decided meanwhile', async () => {
    const { mine, call, until, done, there, draft, ids, answers } = await asked(asking('c1', { of: ['ann', 'bob'] }))
    for (const id of ids(1)) there.publish({ ...prompt(draft), id: id!, clientId: 'bob' }) // It has one.
    await until(() => selectMessages(mine.store.getState()).length === 3)
    const late = mine.answer(call, yes)
    there.publish({
      name: 'answer',
      text: '{}',
      headers: headersOf(answerMessage({ ...draft, kind: 'deny' }, 'bob')),
      clientId: 'bob',
    })
    await done(expect(late).rejects.toMatchObject({ code: 'too-late' }))
    expect(callIn(mine)?.approval).toMatchObject({ approved: false, by: 'bob' })
    expect(mine.store.getState().context.pendingAnswers).toEqual([])
    expect(answers()).toEqual(['bob deny'])
  })
})

describe('an answer whose acknowledgement was lost', () => {
  it('is one message with the one that is published when the page was loaded again', async () => {
    const { mine, open, call, until, transport, harness, answers } = await asked()
    const publish = transport.publish
    Object.assign(transport, {
      publish: async (message: Parameters<typeof publish>[0]) => {
        void publish(message)
        return new Promise(() => {})
      },
    })
    void mine.answer(call, yes)
    const saved = mine.store.getState()
    mine.release()
    Object.assign(transport, { publish })
    await until(() => transport.channelState === 'detached')
    harness.ably.service.clock.advance(1_000)
    expect(answers()).toEqual(['ann approve'])
    const again = open({ initial: saved, agent: ['agent'] })
    await until(() => callIn(again)?.approval?.answer !== undefined)
    expect(answers()).toEqual(['ann approve'])
  })
})
