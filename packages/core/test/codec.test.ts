import type { NormaliseOptions } from '@streamfold/core'
import { normalise } from '@streamfold/core'
import { defineCodec } from '@streamfold/core/codec'
import { describe, expect, it } from 'vitest'

type Decoded = ReturnType<Parameters<typeof defineCodec>[0]['decode']>

/** Its messages say in their data how they are decoded. */
const codec = defineCodec({ decode: ({ data }) => data as Decoded })
const read = (data: Decoded, options: NormaliseOptions = { agent: 'bot' }, more: object = {}) =>
  normalise(
    {
      serial: 's1',
      action: 'message.create',
      version: { serial: 's1', timestamp: 2 },
      timestamp: 1,
      clientId: 'ann',
      id: 'm',
      data,
      ...more,
    },
    { codec, ...options },
  )
const user = { role: 'user' }

describe('a message that a codec decodes', () => {
  it('is a response by default, with the id of the message', () => {
    expect(read({ data: 'x', headers: undefined }, undefined, { clientId: 'bot' })).toMatchObject({
      type: 'created',
      role: 'assistant',
      text: 'x',
      messageId: 'm',
    })
    expect(read({ data: 'x', headers: user, id: 'k' })).toMatchObject({ role: 'user', messageId: 'k' })
  })

  it('has no field of which the codec says nothing', () => {
    const event = read({ data: 'x', headers: user, revises: false })
    for (const name of ['len', 'revises', 'fields.placement.name']) expect(event).not.toHaveProperty(name)
    expect(read({ data: 'x', headers: user, revises: true })).toMatchObject({ revises: true })
    expect(read({ name: 'cancel', data: '', headers: { target: 's0' } })).toStrictEqual({
      type: 'cancel',
      target: 's0',
      clientId: 'ann',
      at: 2,
    })
  })

  it('has the length that its author counted, unless the codec made another text of it', () => {
    const counted = { version: { serial: 's2', timestamp: 2, metadata: { len: 3 } } }
    const plain = defineCodec({ decode: ({ data }) => ({ data, headers: user }) })
    expect(normalise({ serial: 's1', action: 'message.append', data: 'x', ...counted }, { codec: plain })).toMatchObject({
      len: 3,
    })
    expect(read({ data: 'x', headers: user }, {}, counted)).not.toHaveProperty('len')
  })

  it('is an answer about any input, unless it says which', () => {
    const headers = { target: 's1', call: 'c', kind: 'approve' }
    expect(read({ name: 'answer', data: '{}', headers })).toMatchObject({ type: 'answer', saw: '', unbound: true })
    const bound = read({ name: 'answer', data: '{}', headers: { ...headers, saw: 'h' } })
    expect(bound).toMatchObject({ type: 'answer', saw: 'h' })
    expect(bound).not.toHaveProperty('unbound')
  })

  it('is placed where the codec says, if it has headers', () => {
    const placement = { group: 'g' }
    expect(read({ data: 'x', headers: user, placement })).toMatchObject({ fields: { placement: { group: 'g', mark: false } } })
    const continuing = { ...user, continues: 's0' }
    expect(read({ data: 'x', headers: continuing, placement })).toMatchObject({
      fields: { placement: { group: 'g', continues: 's0' } },
    })
    expect(read({ data: 'x', headers: continuing })).toMatchObject({ fields: { placement: { continues: 's0' } } })
    expect(read({ data: 'x', headers: undefined, placement }, {}, { action: 'message.append' })).toMatchObject({
      fields: undefined,
    })
  })

  it('goes into the response that the codec or its own header names, if its author may steer', () => {
    const into = (decoded: Partial<Decoded>, options?: NormaliseOptions) => {
      const event = read({ data: 'x', headers: user, ...decoded } as Decoded, options)
      return 'fields' in event ? [event.fields?.into, event.fields?.placement?.group] : undefined
    }
    expect(into({ headers: { ...user, into: 's1' } })).toEqual(['s1', undefined])
    expect(into({ into: 's2', placement: { group: 'g' } })).toEqual(['s2', 'g'])
    const may = (maySteer: boolean | undefined) => ({ permissions: { maySteer: () => maySteer } })
    expect(into({ into: 's2', placement: { group: 'g' } }, may(false))).toEqual([undefined, 'g'])
    for (const options of [may(true), may(undefined), { permissions: { mayEdit: () => false } }])
      expect(into({ into: 's2' }, options)).toEqual(['s2', undefined])
  })
})

describe('a message that a codec ignores', () => {
  const ignored = { reason: 'r', activityOf: 'g' }

  it('shows that its agent is active, if an agent wrote it', () => {
    expect(read(ignored, undefined, { clientId: 'bot' })).toStrictEqual({ type: 'ignored', ...ignored })
    expect(read({ reason: 'r' }, undefined, { clientId: 'bot' })).toStrictEqual({ type: 'ignored', reason: 'r' })
    expect(read(ignored)).toStrictEqual({ type: 'ignored', reason: 'r' })
  })

  it('shows it also where no option says who is an agent', () => {
    const by = (clientId: unknown) => read(ignored, {}, { clientId })
    for (const agent of ['agent', 'agent:1', undefined]) expect(by(agent)).toStrictEqual({ type: 'ignored', ...ignored })
    expect(by('ann')).toStrictEqual({ type: 'ignored', reason: 'r' })
    expect(by(7)).toMatchObject({ type: 'ignored', reason: 'r' })
  })
})
