import type { ConversationEvent } from '@streamfold/core'
import { fromJSON, reduce, selectMessages, selectPath, selectPromptStates, selectUnanswered, toJSON } from '@streamfold/core'
import { frameHead } from '@streamfold/core/codec'
import { snapshotsOf } from '@streamfold/core/transport'
import { describe, expect, it } from 'vitest'
import { message, prompt, response } from './asking.ts'
import { attached, fold } from './build.ts'

const second = message('s3', { name: 'prompt', data: 'and carol', clientId: 'alice', headers: { role: 'user' } })
const own = (status: string, more: Record<string, string> = {}, by = 'agent'): ConversationEvent =>
  message('s4', {
    name: 'response',
    clientId: by,
    ...(status !== 'streaming' && { action: 'message.update', version: { serial: 's6', timestamp: 12 } }),
    headers: { role: 'assistant', status, 'reply-to': 's3', ...more },
  })
const taking = response(frameHead({ type: 'taking', serial: 's3' }), 'streaming', 's2')
const taken = response(frameHead({ type: 'taking', serial: 's3' }) + frameHead({ type: 'steer', serial: 's3' }), 'complete', 's5')

describe('a response that was given over to the one that has taken its prompt in (P131)', () => {
  const before = fold([...attached, prompt, taking, second, own('streaming')])
  const after = fold([taken, own('cancelled', { into: 's2' })], before)

  it('is shown until then, and not any more', () => {
    expect(selectMessages(before).map(({ id }) => id)).toEqual(['s1', 's2', 's3', 's4'])
    expect(selectMessages(after).map(({ id }) => id)).toEqual(['s1', 's2', 's3'])
    expect(selectPath(after).map(({ id }) => id)).toEqual(['s1', 's2', 's3'])
    expect(Object.fromEntries(selectPromptStates(after))).toEqual({ s1: 'answered', s3: 'taken-in' })
    expect(selectUnanswered(after)).toBeUndefined()
  })

  it('is not shown from history, JSON and a cache either', () => {
    const shown = selectMessages(after)
    expect(selectMessages(fromJSON(toJSON(after)))).toEqual(shown)
    expect(selectMessages(fold(snapshotsOf(after))).map(({ id, text }) => [id, text])).toEqual(
      shown.map(({ id, text }) => [id, text]),
    )
  })

  it('is a message where a user wrote it', () => {
    const state = fold([...attached, prompt, second, own('streaming', { into: 's2' }, 'mallory')])
    expect(selectMessages(state).map(({ id }) => id)).toEqual(['s1', 's3', 's4'])
  })

  it('makes no part of `taking` and `left`, and text goes on behind them', () => {
    const data = `Well${frameHead({ type: 'taking', serial: 's3' })}${frameHead({ type: 'left', serial: 's3' })}`
    const parts = (text: string) => selectMessages(reduce(fold([...attached, prompt]), response(text, 'streaming')))[1]!.parts
    expect(parts(data)).toMatchObject([{ type: 'text', text: 'Well' }])
    expect(parts(`${data}${frameHead({ type: 'more', kind: 'text' })}, well`)).toMatchObject([
      { type: 'text', text: 'Well, well' },
    ])
  })
})
