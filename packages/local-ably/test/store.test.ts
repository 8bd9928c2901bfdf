import { describe, expect, it } from 'vitest'
import { Body } from '../src/message/body.ts'
import { dataOf, type MessageVersion } from '../src/message/message-version.ts'
import { MemoryStore } from '../src/store/memory-store.ts'
import { SqliteStore } from '../src/store/sqlite-store.ts'
import type { Page, Store } from '../src/store/store.ts'

const serial = (n: number): string => `${String(n).padStart(14, '0')}-000@series:000`

function created(n: number, text: string): MessageVersion {
  const body = new Body(text)
  const version = { serial: serial(n), timestamp: n }
  return { serial: serial(n), id: `id:${n}`, timestamp: n, name: 'n', action: 0, version, body, length: body.length }
}

const changed = (message: MessageVersion, n: number, fields: Partial<MessageVersion>): MessageVersion => ({
  ...message,
  action: 1,
  version: { serial: serial(n), timestamp: n },
  ...fields,
})

const texts = (versions: readonly MessageVersion[]): unknown[] => versions.map(dataOf)

/** Every store must answer alike. */
describe.each<[string, () => Store]>([
  ['memory', () => new MemoryStore()],
  ['sqlite', () => new SqliteStore(':memory:')],
])('the %s store', (_, open) => {
  const filled = (): { store: Store; first: MessageVersion } => {
    const store = open()
    const first = created(1, 'a')
    store.insert('room', [first])
    store.insert(
      'room',
      [2, 3, 4, 5].map((n) => created(n, String(n))),
    )
    store.insert('other', [created(9, 'x')])
    return { store, first }
  }

  it('starts empty', () => {
    const store = open()
    expect(store.lastSerial('room')).toBeUndefined()
    expect(store.get('room', serial(1))).toBeUndefined()
    expect(store.page('room', { direction: 'forwards', limit: 10 })).toEqual([])
    expect(store.versions('room', serial(1))).toEqual([])
    expect(store.changedSince('room', '')).toEqual([])
  })

  it.each<[Partial<Page>, string[]]>([
    [{ direction: 'forwards' }, ['a', '2', '3', '4', '5']],
    [{ direction: 'backwards' }, ['5', '4', '3', '2', 'a']],
    [{ direction: 'backwards', limit: 2 }, ['5', '4']],
    [{ direction: 'backwards', cursor: serial(3) }, ['2', 'a']],
    [{ direction: 'forwards', cursor: serial(3) }, ['4', '5']],
    [{ direction: 'backwards', until: serial(3) }, ['3', '2', 'a']],
    [{ direction: 'forwards', until: serial(2) }, ['a', '2']],
    [{ direction: 'forwards', start: 2, end: 4 }, ['2', '3', '4']],
    [{ direction: 'backwards', start: 3, limit: 1 }, ['5']],
    [{ direction: 'backwards', cursor: serial(5), until: serial(3), limit: 2 }, ['3', '2']],
  ])('pages %j', (page, expected) => {
    const { store } = filled()
    expect(texts(store.page('room', { direction: 'forwards', limit: 10, ...page }))).toEqual(expected)
  })

  it('keeps the latest state at the place of creation', () => {
    const { store, first } = filled()
    first.body.append('b')
    const appended = changed(first, 6, { length: 2 })
    store.append('room', appended, 'b')
    expect(texts(store.page('room', { direction: 'forwards', limit: 2 }))).toEqual(['ab', '2'])
    expect(store.get('room', serial(1))).toMatchObject({ action: 1, version: { serial: serial(6) } })
    expect(store.lastSerial('room')).toBe(serial(6).slice(0, -4))
    const body = new Body('new')
    store.replace('room', changed(appended, 7, { action: 2, body, length: 3 }))
    expect(texts(store.versions('room', serial(1)))).toEqual(['a', 'new'])
    expect(store.get('room', serial(1))).toMatchObject({ action: 2 })
    expect(store.lastSerial('room')).toBe(serial(7).slice(0, -4))
  })

  it('tells what changed after a serial, in the order of the changes', () => {
    const { store, first } = filled()
    const body = new Body('late')
    store.replace('room', changed(created(3, '3'), 7, { body, length: 4 }))
    first.body.append('b')
    store.append('room', changed(first, 6, { length: 2 }), 'b')
    expect(texts(store.changedSince('room', serial(4).slice(0, -4)))).toEqual(['5', 'ab', 'late'])
  })

  it('grows by thousands of appends', () => {
    const { store, first } = filled()
    for (let n = 1; n <= 2000; n++) {
      first.body.append('.')
      store.append('room', changed(first, 100 + n, { length: first.body.length }), '.')
    }
    const grown = store.get('room', serial(1))
    expect(grown && dataOf(grown)).toBe(`a${'.'.repeat(2000)}`)
  })

  it('commits', async () => {
    const { store } = filled()
    await new Promise<void>((resolve) => store.committed(() => resolve()))
    store.close()
  })
})
