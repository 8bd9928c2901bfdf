import { selectMessages, selectWaiting, toJSON } from '@streamfold/core'
import { defineCodec, frameHead, inputHash } from '@streamfold/core/codec'
import { simulatedTransport } from '@streamfold/testkit'
import { describe, expect, it } from 'vitest'
import type { Decision, NotifiedPrompt } from '../src/index.ts'
import { asking, bobMay, callIn, channelOf, refusal, waiting } from './calls.ts'

const yes = { approve: true } as const

describe('an answer', () => {
  it('is bound to the input that was shown, also where the part itself is given', async () => {
    const { open, live, asked, agent, done, until } = channelOf()
    const mine = open()
    await live(mine)
    const serial = await asked(mine)
    await until(() => callIn(mine) !== undefined)
    const [shown] = selectWaiting(mine.store.getState())
    const changed = frameHead({ type: 'input', id: 'c1', input: { to: 'everybody' } })
    const headers = { ...waiting, 'reply-to': agent.published('prompt')[0]!.serial } // It was asked.
    await agent.append(serial, changed + frameHead({ type: 'ask', id: 'c1', approval: 'again' }), headers)
    const stale = refusal(mine.answer(shown!, yes)) // One waits.
    expect(await done(stale)).toEqual([
      'input-changed',
      'unable to answer the call; its input has changed since it was shown: look at it again',
    ])
    await done(mine.answer({ messageId: serial, toolCallId: 'c1' }, yes))
    expect(agent.published('answer').map(({ headers }) => headers['saw'])).toEqual([inputHash({ to: 'everybody' })])
  })

  it('counts for the input in the state that the page shows, not for a newer one', async () => {
    const { open, live, asked, agent, until, done } = channelOf()
    const flushes: (() => void)[] = []
    const mine = open({ scheduler: (flush) => flushes.push(flush) })
    mine.store.subscribe(() => {})
    await live(mine)
    const serial = await asked(mine)
    await until(() => callIn(mine) !== undefined)
    for (const flush of flushes.splice(0)) flush()
    const headers = { ...waiting, 'reply-to': agent.published('prompt')[0]!.serial } // It was asked.
    await agent.append(serial, frameHead({ type: 'input', id: 'c1', input: { to: 'everybody' } }), headers)
    expect((await done(refusal(mine.answer({ messageId: serial, toolCallId: 'c1' }, yes))))[0]).toBe('input-changed')
    for (const flush of flushes.splice(0)) flush()
    await done(mine.answer({ messageId: serial, toolCallId: 'c1' }, yes))
  })

  it('may follow another one of the same person: an output, after the approval of the call', async () => {
    const { open, live, asked, until, done, agent } = channelOf()
    const mine = open()
    await live(mine)
    const serial = await asked(mine)
    await until(() => callIn(mine) !== undefined)
    const call = { messageId: serial, toolCallId: 'c1' }
    await done(mine.answer(call, yes))
    const headers = { ...waiting, 'reply-to': agent.published('prompt')[0]!.serial } // It was asked.
    const decided = frameHead({ type: 'decided', id: 'c1', approved: true, by: 'ann' })
    await agent.append(serial, decided + frameHead({ type: 'ask', id: 'c1', approval: 'b', wants: 'output' }), headers)
    await until(() => callIn(mine)?.wanted !== undefined)
    await done(mine.answer(call, { output: 'here' }))
    expect(callIn(mine)).toMatchObject({ state: 'output-available', output: 'here', approval: { approved: true } })
    expect((await done(refusal(mine.answer(call, { output: 'there' }))))[0]).toBe('too-late')
    expect(agent.published('answer')).toHaveLength(2)
  })

  it('gives way to the answer of another device of the same person that the service had first, under the same id', async () => {
    const { open, live, asked, until, done, transport } = channelOf()
    // The service acknowledges a second message of that id with the serial of the first.
    const publish: typeof transport.publish = async (message) => (message.name === 'answer' ? '99' : transport.publish(message))
    const mine = open({}, Object.assign(Object.create(transport) as typeof transport, { publish })) // It has all of that one.
    await live(mine)
    const serial = await asked(mine)
    await until(() => callIn(mine) !== undefined)
    await done(mine.answer({ messageId: serial, toolCallId: 'c1' }, yes))
    // `local`: what the channel delivers under this serial replaces it.
    expect(toJSON(mine.store.getState()).rest.answers).toMatchObject([{ serial: '99', kind: 'approve', local: true }])
  })

  it('is too late where another device of the same person has answered otherwise, under the same id', async () => {
    const { open, live, asked, until, done, harness, transport, agent } = channelOf()
    const elsewhere = simulatedTransport(harness.ably.service, harness.ably.client({ clientId: 'ann' }), transport.name)
    const [mine, theirs] = [open(), open({}, elsewhere)]
    await live(mine)
    await live(theirs)
    const serial = await asked(mine)
    await until(() => callIn(mine) !== undefined && callIn(theirs) !== undefined)
    const publish = transport.publish
    let release = () => {}
    const held = new Promise<void>((resolve) => (release = resolve))
    Object.assign(transport, {
      publish: (message: Parameters<typeof publish>[0]) => held.then(() => publish(message)),
    })
    const late = refusal(mine.answer({ messageId: serial, toolCallId: 'c1' }, yes))
    await done(theirs.answer({ messageId: serial, toolCallId: 'c1' }, { approve: false }))
    await until(() => callIn(mine)?.approval?.approved === false)
    release()
    expect(await done(late)).toEqual([
      'too-late',
      'unable to answer the call; you answered on another device first: that answer counts',
    ])
    expect(agent.published('answer')).toHaveLength(1)
  })

  it.each<[string, string, Decision, string, string]>([
    ['an output for an approval', asking(), { output: 1 }, 'not-asked', 'it asks for an approval: give { approve }'],
    [
      'an approval for an output',
      asking('c1', { wants: 'output' }),
      yes,
      'not-asked',
      'it asks for its output: give { output } or { error }',
    ],
    [
      'an answer to a call that does not ask',
      asking('c1', undefined).replace('"type":"ask"', '"type":"other"'),
      yes,
      'not-asked',
      'it does not ask for one: answer a call in `waiting`',
    ],
    [
      'an output for a call that does not ask',
      asking().replace('"type":"ask"', '"type":"other"'),
      { output: 1 },
      'not-asked',
      'it does not ask for one: answer a call in `waiting`',
    ],
    [
      'an answer to a call that there is not',
      asking('c2'),
      yes,
      'not-asked',
      'its response has no such call: give the toolCallId of a part',
    ],
    [
      'a value that is no JSON',
      asking('c1', { wants: 'output' }),
      { output: undefined },
      'wrong-argument',
      'the decision is none: give { approve }, { output } as JSON, or { error }',
    ],
    [
      'what is no decision',
      asking(),
      { approve: 'yes' } as unknown as Decision,
      'wrong-argument',
      'the decision is none: give { approve }, { output } as JSON, or { error }',
    ],
    [
      'a large output',
      asking('c1', { wants: 'output' }),
      { output: 'x'.repeat(70_000) },
      'answer-too-large',
      'it is 69 kB and the limit is 64 kB: give less, or a link to it',
    ],
  ])('is refused with what to do: %s', async (_, data, decision, code, reason) => {
    const { open, live, asked, until, done, agent } = channelOf()
    const mine = open()
    await live(mine)
    const serial = await asked(mine, data)
    await until(() => selectMessages(mine.store.getState()).length === 2)
    const refused = refusal(mine.answer({ messageId: serial, toolCallId: 'c1' }, decision))
    expect(await done(refused)).toEqual([code, `unable to answer the call; ${reason}`])
    expect(agent.published('answer')).toEqual([])
  })

  it('is refused on a channel of another format', async () => {
    const codec = defineCodec({ decode: ({ data }) => ({ data, headers: undefined }) })
    const { open, live, done, agent } = channelOf()
    const mine = open({ codec })
    await live(mine)
    expect((await done(refusal(mine.answer({ messageId: 's', toolCallId: 'c1' }, yes))))[0]).toBe('answer-failed')
    expect(agent.published('answer')).toEqual([])
  })

  it('is refused where the message is not loaded, the response has ended, or nothing is named', async () => {
    const { open, live, asked, until, done } = channelOf()
    const mine = open()
    await live(mine)
    const serial = await asked(mine, asking(), { ...waiting, status: 'cancelled' })
    await until(() => callIn(mine)?.state === 'interrupted')
    const codes = [
      await done(refusal(mine.answer({ messageId: 'unknown', toolCallId: 'c1' }, yes))),
      await done(refusal(mine.answer({ messageId: serial, toolCallId: 'c1' }, yes))),
      await done(refusal(mine.answer(undefined as never, yes))),
    ].map(([code]) => code)
    expect(codes).toEqual(['not-loaded', 'not-asked', 'wrong-argument'])
  })

  it('is for the author of the prompt, for those whom the call names, and for those whom the permissions name', async () => {
    const { open, other, live, asked, until, done, agent } = channelOf()
    const [mine, theirs, permitted] = [open(), open({}, other), open({ permissions: bobMay }, other)]
    for (const each of [mine, theirs, permitted]) await live(each)
    const serial = await asked(mine, asking('c1') + asking('c2', { of: ['bob'] }))
    await until(() => [mine, theirs, permitted].every((each) => callIn(each, 'c2') !== undefined))
    const may = [mine, theirs, permitted].map((each) =>
      ['c1', 'c2'].map((toolCallId) => each.mayAnswer({ messageId: serial, toolCallId })),
    )
    expect(may).toEqual([
      [true, false],
      [false, true],
      [true, true],
    ])
    expect(await done(refusal(mine.answer({ messageId: serial, toolCallId: 'c2' }, yes)))).toEqual([
      'not-permitted',
      'unable to answer the call; only "bob" may answer it: ask there',
    ])
    await done(permitted.answer({ messageId: serial, toolCallId: 'c1' }, yes))
    await until(() => agent.published('answer').length === 1)
    // Both conversations are bob's, on one attachment; only one of them has the permission.
    expect([callIn(theirs)?.state, callIn(permitted)?.state]).toEqual(['approval-requested', 'approval-responded'])
  })

  it('that differs from one that is on its way is too late', async () => {
    const { open, live, asked, until, done, agent } = channelOf()
    const mine = open()
    await live(mine)
    const serial = await asked(mine)
    await until(() => callIn(mine) !== undefined)
    const first = mine.answer({ messageId: serial, toolCallId: 'c1' }, yes)
    const second = refusal(mine.answer({ messageId: serial, toolCallId: 'c1' }, { approve: false }))
    await done(first)
    expect(await done(second)).toEqual(['too-late', 'unable to answer the call; it is answered here already: that answer counts'])
    expect(agent.published('answer')).toHaveLength(1)
  })

  it('is published again when the client gave it up with its connection', async () => {
    const { open, transport, live, asked, until, harness, agent, done } = channelOf()
    const publish = transport.publish
    const tries: string[] = []
    const impatient = Object.assign(transport, {
      async publish(message: Parameters<typeof publish>[0]) {
        tries.push(`${message.name} ${message.id}`)
        if (transport.connectionState !== 'connected') throw new Error('the connection is suspended')
        return publish(message)
      },
    })
    const mine = open({}, impatient)
    await live(mine)
    const serial = await asked(mine)
    await until(() => callIn(mine) !== undefined)
    harness.drop()
    const answered = mine.answer({ messageId: serial, toolCallId: 'c1' }, yes)
    await until(() => callIn(mine)?.approval?.pending === true)
    harness.reconnect()
    await done(answered)
    const [one, two, ...more] = tries.filter((each) => each.startsWith('answer'))
    expect([one === two, more]).toEqual([true, []])
    expect(agent.published('answer')).toHaveLength(1)
  })

  it('that a saved conversation has not sent is published when the conversation is opened with it', async () => {
    const { open, live, asked, until, harness, agent, transport } = channelOf()
    const mine = open()
    await live(mine)
    const serial = await asked(mine)
    await until(() => callIn(mine) !== undefined)
    const publish = transport.publish
    Object.assign(transport, { publish: () => new Promise(() => {}) })
    void mine.answer({ messageId: serial, toolCallId: 'c1' }, yes)
    const saved = mine.store.getState()
    expect(JSON.stringify(toJSON(saved))).toContain('"call":"c1"')
    mine.release()
    Object.assign(transport, { publish })
    await until(() => transport.channelState === 'detached')
    harness.ably.service.clock.advance(1_000)
    // Another conversation, as a page has after it was loaded again.
    open({ initial: saved, agent: ['agent'] })
    await until(() => agent.published('answer').length === 1)
  })
})

describe('an agent that has to be notified', () => {
  it('is asked to go on when the last call is answered, and again by retry', async () => {
    const { open, live, asked, until, done, agent } = channelOf()
    const asks: NotifiedPrompt[] = []
    let status = 200
    const notifyAgent = async (prompt: NotifiedPrompt) => {
      asks.push(prompt)
      return { ok: status < 300, status }
    }
    const mine = open({ notifyAgent })
    await live(mine)
    const serial = await asked(mine, asking('c1') + asking('c2'))
    await until(() => callIn(mine, 'c2') !== undefined)
    asks.length = 0
    await done(mine.answer({ messageId: serial, toolCallId: 'c1' }, yes))
    expect(asks).toEqual([])
    expect((await done(refusal(mine.retry(serial))))[1]).toBe(
      'unable to retry the message; it waits for an answer to its calls: answer them',
    )
    status = 503
    expect(await done(refusal(mine.answer({ messageId: serial, toolCallId: 'c2' }, { approve: false })))).toEqual([
      'not-notified',
      'unable to answer the call; the answer is on the channel, but no agent could be asked to go on: the agent’s endpoint answered with status 503: retry the response',
    ])
    expect(agent.published('answer')).toHaveLength(2)
    status = 200
    await done(mine.retry(serial))
    const promptSerial = agent.published('prompt')[0]!.serial // It was asked.
    const expected = { channelName: 'ai:calls', promptSerial, responseSerial: serial }
    expect(asks).toEqual([expected, expected])
  })
})

describe('stop', () => {
  it('stops what streams; otherwise the prompt without an answer; otherwise what waits', async () => {
    const { open, live, asked, until, done, agent } = channelOf()
    const mine = open()
    await live(mine)
    const waits = await asked(mine)
    const streams = await asked(mine, 'text', { status: 'streaming' })
    await until(() => selectMessages(mine.store.getState()).length === 4)
    await done(mine.stop())
    expect(agent.cancelled()).toEqual([streams])
    await agent.append(streams, '', { status: 'cancelled', 'reply-to': agent.published('prompt')[1]!.serial }) // Two were sent.
    await done(mine.sendMessage('one more'))
    await done(mine.stop())
    const third = agent.published('prompt')[2]!.serial // As just sent.
    expect(agent.cancelled()).toEqual([streams, third])
    await agent.begin('', { status: 'complete', 'reply-to': third })
    await done(mine.stop())
    expect(agent.cancelled()).toEqual([streams, third, waits])
    await done(mine.stop(waits))
    expect(agent.cancelled()).toHaveLength(4)
  })
})
