import { cursorOf, indexedMessage, listLimit, ListOptionsError, readCursor, titleOf } from '@streamfold/core/transport'
import { describe, expect, it } from 'vitest'
import { asks } from './asking.ts'

describe('what a list of conversations shows of a message', () => {
  const message = {
    serial: 's1',
    action: 'message.update',
    name: 'prompt',
    data: 'What is this?',
    clientId: 'ann',
    timestamp: 1,
    version: { serial: 's1', timestamp: 1 },
    extras: { headers: { role: 'user' } },
  } as const
  const response = (headers: Record<string, string>, data = 'This.') =>
    indexedMessage({
      ...message,
      name: 'response',
      clientId: 'bot',
      data,
      extras: { headers: { role: 'assistant', ...headers } },
    })

  it('is the beginning of a prompt, and its author', () => {
    expect(indexedMessage(message)).toStrictEqual({
      isPrompt: true,
      isDeleted: false,
      author: 'ann',
      excerpt: 'What is this?',
      isWaiting: false,
      continues: undefined,
    })
    // Its author was told from agents before.
    expect(indexedMessage({ ...message, clientId: 'agent' })).toMatchObject({
      isPrompt: true,
      author: 'agent',
      excerpt: 'What is this?',
    })
  })

  it('is the text of a response, and not its author', () => {
    expect(response({ status: 'complete' })).toStrictEqual({
      isPrompt: false,
      isDeleted: false,
      author: undefined,
      excerpt: 'This.',
      isWaiting: false,
      continues: undefined,
    })
    expect(response({ status: 'complete', continues: 's0' }).continues).toBe('s0')
    expect(response({ status: 'complete', format: 'parts/1' }, asks()).excerpt).toBe('')
  })

  it('is whether it waits for a person', () => {
    expect(response({ status: 'waiting' }).isWaiting).toBe(true)
    // A prompt waits for nobody, whatever its author says.
    expect(indexedMessage({ ...message, extras: { headers: { role: 'user', continues: 's0' } } }).continues).toBeUndefined()
  })

  it('is that it was deleted, without a text', () => {
    expect(indexedMessage({ ...message, action: 'message.delete', data: '' })).toMatchObject({ isDeleted: true, excerpt: '' })
  })

  it('is no name that an index of a database does not take', () => {
    const author = (clientId: string | undefined) => indexedMessage({ ...message, clientId }).author
    const long = 'a'.repeat(500)
    expect([author(undefined), author(''), author(long), author(`${long}a`)]).toEqual([undefined, undefined, long, undefined])
    expect(response({ status: 'complete', continues: `${long}a` }).continues).toBeUndefined()
  })

  it('is nothing of a message that cannot be read', () => {
    expect(indexedMessage({ ...message, serial: '' })).toMatchObject({ excerpt: '', isWaiting: false })
    expect(indexedMessage({ ...message, serial: '', name: 'response' })).toMatchObject({
      excerpt: '',
      isWaiting: false,
      continues: undefined,
    })
  })
})

describe('a text as a title', () => {
  it.each([
    ['', ''],
    [' \n\t', ''],
    ['  a \n\n b\u0000\u0007c  ', 'a b c'],
    ['a\ud800b', 'a b'],
    ['a'.repeat(130), 'a'.repeat(120)],
    [`${'a'.repeat(119)} b`, 'a'.repeat(119)],
    [`${'a'.repeat(118)}👨‍👩‍👧‍👦`, 'a'.repeat(118)],
    [`${' '.repeat(5_000)}a`, 'a'],
    [`${' '.repeat(20_000)}a`, ''],
    ['größer — als „das“', 'größer — als „das“'],
  ])('%j', (text, title) => {
    expect(titleOf(text)).toBe(title)
  })
})

describe('a page of a list', () => {
  it('has a limit from 1 to 500', () => {
    expect([listLimit({}), listLimit({ limit: 1 }), listLimit({ limit: 2 }), listLimit({ limit: 500 })]).toEqual([50, 1, 2, 500])
    for (const limit of [0, -1, 1.5, 501, Number.NaN, Infinity, '7' as never]) {
      const refused = () => listLimit({ limit })
      expect(refused).toThrow(ListOptionsError)
      expect(refused).toThrow(
        new ListOptionsError(`unable to list conversations; the limit is ${limit}: give a whole number from 1 to 500`),
      )
    }
    expect(new ListOptionsError('x').name).toBe('ListOptionsError')
  })

  it('ends where the next one begins', () => {
    for (const lastActivity of [0, 7, 1_700_000_000_000, -1, 1.5, 12.25])
      for (const channel of ['a', 'ai:a b', ' a', 'a\nb'])
        expect(readCursor(cursorOf({ lastActivity, channel }))).toEqual({ lastActivity, channel })
    expect(readCursor(undefined)).toBeUndefined()
  })

  it.each([
    '',
    ' ',
    '7',
    '7 ',
    ' a',
    'x7 a',
    'a 7',
    '--7 a',
    '7. a',
    '.7 a',
    '7.x a',
    '1'.repeat(17) + ' a',
    `1.${'1'.repeat(17)} a`,
    'x a',
  ])('begins nowhere else: %j', (after) => {
    const refused = () => readCursor(after)
    expect(refused).toThrow(ListOptionsError)
    expect(refused).toThrow('`after` is not what a page gave as `next`: leave it out to begin with the newest')
  })
})
