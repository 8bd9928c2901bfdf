import { describe, expect, it } from 'vitest'
import { selectMessage } from '@streamfold/core'
import { selectEffects } from '@streamfold/core/transport'
import { attached, fold, live, read } from './build.ts'

const begun = { type: 'channel', state: 'attached', resumed: false } as const
const message = (...events: Parameters<typeof fold>[0]) => selectMessage(fold([...attached, ...events]), 's1')
const effects = (...events: Parameters<typeof fold>[0]) => selectEffects(fold([...attached, ...events]))

describe('an append extends only a base received on the same attachment', () => {
  it('a create is a base', () => {
    expect(message(live('create', 'v1', 'a'), live('append', 'v2', 'b'))).toMatchObject({ text: 'ab', continuity: 'contiguous' })
  })

  it('a full update is a base', () => {
    expect(message(live('update', 'v4', 'abcd'), live('append', 'v5', 'e'))).toMatchObject({
      text: 'abcde',
      continuity: 'contiguous',
    })
  })

  it('a resumed attachment keeps its bases', () => {
    const resumed = { type: 'channel', state: 'attached', resumed: true } as const
    expect(message(live('create', 'v1', 'a'), resumed, live('append', 'v2', 'b'))).toMatchObject({
      text: 'ab',
      continuity: 'contiguous',
    })
  })

  it('an attachment without resume begins without bases: no growth, and a snapshot is asked for', () => {
    const events = [live('create', 'v1', 'a'), begun, live('append', 'v3', 'c')]
    expect(message(...events)).toMatchObject({ text: 'a', continuity: 'gapped' })
    expect(effects(...events)).toContainEqual({ type: 'fetchMessage', serial: 's1', atLeast: 'v3' })
  })

  it('a snapshot is no base', () => {
    expect(message(read('update', 'v2', 'ab'), live('append', 'v3', 'c'))).toMatchObject({ text: 'ab', continuity: 'gapped' })
  })

  it('an append to a message never seen shows a gap and is mended by a snapshot', () => {
    const orphan = live('append', 'v3', 'c')
    expect(message(orphan)).toMatchObject({ text: '', continuity: 'gapped' })
    expect(message(orphan, read('update', 'v3', 'abc'))).toMatchObject({ text: 'abc', continuity: 'contiguous' })
  })

  it('a snapshot newer than a contiguous live base is ignored: the stream gets there', () => {
    const events = [live('create', 'v1', 'a'), read('update', 'v3', 'abc')]
    expect(message(...events)).toMatchObject({ text: 'a', continuity: 'contiguous' })
    expect(message(...events, live('append', 'v2', 'b'), live('append', 'v3', 'c'))).toMatchObject({ text: 'abc' })
  })

  it('a snapshot that ends the response is taken, and the stream behind it adds nothing', () => {
    const end = read('update', 'v3', 'abc', { extras: { headers: { status: 'complete' } } })
    const events = [live('create', 'v1', 'a'), end]
    expect(message(...events)).toMatchObject({ text: 'abc', status: 'complete' })
    expect(message(...events, live('append', 'v2', 'b'), live('append', 'v3', 'c'))).toMatchObject({
      text: 'abc',
      continuity: 'contiguous',
    })
  })

  it('a stream that reaches the version of the snapshot goes on from it', () => {
    const events = [read('update', 'v3', 'abc'), live('create', 'v1', 'a'), live('append', 'v2', 'b')]
    expect(message(...events)).toMatchObject({ text: 'abc', continuity: 'gapped' })
    expect(message(...events, live('append', 'v3', 'c'), live('append', 'v4', 'd'))).toMatchObject({
      text: 'abcd',
      continuity: 'contiguous',
    })
  })

  it('a stream that jumps over the version of the snapshot does not: a newer one is asked for', () => {
    const events = [read('update', 'v3', 'abc'), live('create', 'v1', 'a'), live('append', 'v4', 'bcd')]
    expect(message(...events)).toMatchObject({ text: 'abc', continuity: 'gapped' })
    expect(effects(...events)).toEqual([{ type: 'fetchMessage', serial: 's1', atLeast: 'v4' }])
    expect(effects(...events, read('update', 'v4', 'abcd'))).toEqual([])
    expect(message(...events, read('update', 'v4', 'abcd'), live('append', 'v5', 'e'))).toMatchObject({ text: 'abcde' })
  })
})

describe('redaction', () => {
  it('a replaced text is gone at once, and grows from the new one', () => {
    const events = [live('create', 'v1', 'secret'), live('update', 'v2', 'x')]
    expect(message(...events)).toMatchObject({ text: 'x' })
    expect(message(...events, live('append', 'v3', 'y'))).toMatchObject({ text: 'xy' })
  })

  it('a deleted text is gone at once and stays gone when old versions come again', () => {
    const events = [
      live('create', 'v1', 'secret'),
      live('delete', 'v2', 'secret'),
      live('create', 'v1', 'secret'),
      read('update', 'v1', 'secret'),
    ]
    expect(message(...events)).toMatchObject({ text: '', status: 'deleted' })
  })
})
