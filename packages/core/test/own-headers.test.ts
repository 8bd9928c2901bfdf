import { answerMessage, ownHeadersProblem, promptHeaders, reservedHeaders } from '@streamfold/core/codec'
import { describe, expect, it } from 'vitest'

describe('a product’s own headers', () => {
  it('may have any names but those of the protocol', () => {
    for (const none of [undefined, null, {}, { 'x-plan': 'pro' }, { 'x-plan': undefined, role: undefined }])
      expect(ownHeadersProblem(none)).toBeUndefined()
    for (const name of reservedHeaders)
      expect(ownHeadersProblem({ 'x-plan': 'pro', [name]: 'mine' })).toBe(
        `the header \`${name}\` belongs to the protocol: give it another name`,
      )
    expect(ownHeadersProblem({ role: 'user', 'x-plan': 'pro', into: 's1' })).toBe(
      'the headers `role`, `into` belong to the protocol: give them other names',
    )
  })

  it('may not have the name of any header that the protocol’s own messages have', () => {
    const draft = { target: 's2', call: 'c1', kind: 'approve', saw: 'h', text: '{}' } as const
    const { extras } = answerMessage(draft, 'ann')
    const prompt = promptHeaders({ into: 's1', parent: 's1', edits: 's1', again: 's1', traceparent: '00-1-2-01' })
    const names = Object.keys({ ...(extras as { headers: object }).headers, ...prompt })
    expect(names.toSorted()).toEqual(['again', 'call', 'edits', 'into', 'kind', 'parent', 'role', 'saw', 'target', 'traceparent'])
    expect((extras as { headers: object }).headers).toMatchObject({ role: 'user' })
    expect(Object.entries(promptHeaders({}))).toEqual([['role', 'user']])
    for (const name of names)
      expect(ownHeadersProblem({ [name]: 'mine' })).toBe(`the header \`${name}\` belongs to the protocol: give it another name`)
  })

  it('may not have a name that the writer needs', () => {
    expect(ownHeadersProblem({ run: 'r1' })).toBeUndefined()
    expect(ownHeadersProblem({ run: 'r1' }, ['run', 'step'])).toBe(
      'the header `run` belongs to the protocol: give it another name',
    )
  })

  it.each<[string, unknown]>([
    ['null', null],
    ['a list', ['SECRET']],
    ['an object', { plan: 'SECRET' }],
    ['a number', 7],
    ['a boolean', true],
  ])('must be strings, and not %s', (kind, value) => {
    expect(ownHeadersProblem({ 'x-name': 'ann', 'x-plan': value })).toBe(`the header \`x-plan\` is ${kind}: give a string`)
  })

  it('are an object', () => {
    for (const wrong of ['x-plan', 7, [], ['x-plan', 'pro']])
      expect(ownHeadersProblem(wrong)).toBe('the headers are no object: give { name: value }')
  })
})
