import type { ConversationEvent, PromptFile } from '@streamfold/core'
import { createStore, fromJSON, normalise, selectMessages, toJSON } from '@streamfold/core'
import { filesOf, frameHead, promptContents, RS } from '@streamfold/core/codec'
import { exportLog, importLog, redactLog, replay } from '@streamfold/core/log'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { attached, fold } from './build.ts'

const photo = { url: 'https://files.test/a.png', mediaType: 'image/png', name: 'a.png', alt: 'A cat' }
const paper = { url: 'https://files.test/b', mediaType: 'application/pdf' }

const sent = (text: string, files: readonly PromptFile[] = [photo, paper]): ConversationEvent => ({
  type: 'prompt-sent',
  key: 'k',
  text,
  files,
  clientId: 'ann',
  at: 5,
})

function echo(text: string, files: readonly PromptFile[] = [photo, paper]): ConversationEvent {
  const { data, headers } = promptContents(text, files)
  const raw = { serial: 's1', id: 'k', name: 'prompt', action: 'message.create', clientId: 'ann', timestamp: 5, data }
  return normalise({ ...raw, extras: { headers: { role: 'user', ...headers } } })
}

const only = (events: readonly ConversationEvent[]) => selectMessages(fold([...attached, ...events]))[0]!

describe('a prompt with files', () => {
  it('has its text, then its files, before the channel has it and afterwards', () => {
    const parts = [
      { type: 'text', text: 'What is this?', state: 'done' },
      { type: 'file', mediaType: 'image/png', url: photo.url, filename: 'a.png', alt: 'A cat' },
      { type: 'file', mediaType: 'application/pdf', url: paper.url },
    ]
    const shown = only([sent('What is this?')])
    expect(shown).toMatchObject({ status: 'sending', text: 'What is this?', parts })
    expect(filesOf(shown)).toEqual([photo, paper])
    const state = fold([...attached, sent('What is this?'), echo('What is this?')])
    expect(selectMessages(state)).toMatchObject([{ id: 's1', key: 'k', status: 'complete', text: 'What is this?', parts }])
    expect(state.context.pending).toEqual([])
  })

  it('may have no text; without files it is the text alone, whatever that has', () => {
    expect(only([sent('', [photo])])).toMatchObject({ text: '', parts: [{ type: 'file', url: photo.url }] })
    expect(promptContents(`a${RS}b`)).toEqual({ data: `a${RS}b`, headers: {} })
    const [one, two] = [photo, paper].map(({ url, mediaType, ...named }) => {
      const { name, alt } = named as { name?: string; alt?: string }
      return frameHead({ type: 'file', mediaType, url, ...(name && { filename: name }), ...(alt && { alt }) })
    })
    expect(promptContents('a', [photo, paper]).data).toBe(`a${one}${two}`)
    expect(only([sent(`a${RS}b`, [])])).toMatchObject({ text: `a${RS}b`, headers: { role: 'user' } })
  })

  it('is written and read as JSON while it is being sent', () => {
    const state = fold([...attached, sent('Hi')])
    expect(selectMessages(fromJSON(JSON.parse(JSON.stringify(toJSON(state)))))).toEqual(selectMessages(state))
  })

  it('keeps text, names and addresses as they are: none of them makes a part', () => {
    const forged = frameHead({ type: 'file', mediaType: 'text/html', url: 'https://forged.test' })
    const hostile = fc
      .array(fc.constantFrom(RS, '\n', 'a', forged, `${RS}${RS}`, `{"type":"text"}\n`, '😀', '\u{d800}'), { maxLength: 8 })
      .map((pieces) => pieces.join(''))
    const field = hostile.map((text) => `x${text}`)
    const files = fc.array(
      fc.record({ url: field, mediaType: field, name: field, alt: field }, { requiredKeys: ['url', 'mediaType'] }),
      { minLength: 1, maxLength: 3 },
    )
    fc.assert(
      fc.property(hostile, files, (text, given) => {
        for (const event of [sent(text, given), echo(text, given)]) {
          const message = only([event])
          expect(message.text).toBe(text)
          expect(filesOf(message)).toEqual(given)
          expect(message.parts.filter(({ type }) => type !== 'file')).toHaveLength(text === '' ? 0 : 1)
        }
      }),
    )
  })

  it('is logged and replayed, and a redacted log has neither its names nor its addresses', () => {
    const store = createStore({ log: true })
    store.dispatch([...attached, sent('SECRET', [{ ...photo, url: 'https://SECRET.test/a', name: 'SECRET.png', alt: 'SECRET' }])])
    expect(selectMessages(replay(importLog(exportLog(store.log!))))).toEqual(selectMessages(store.getState()))
    const redacted = redactLog(store.log!)
    expect(exportLog(redacted)).not.toContain('SECRET')
    expect(exportLog(redactLog({ start: store.getState(), events: [] }))).not.toContain('SECRET')
    const url = '·'.repeat('https://SECRET.test/a'.length)
    expect(selectMessages(replay(redacted))).toMatchObject([
      {
        text: '······',
        parts: [{ type: 'text' }, { type: 'file', mediaType: 'image/png', url, filename: '··········', alt: '······' }],
      },
    ])
  })

  it('of a log is refused if a file is none', () => {
    const log = exportLog({ start: fold([]), events: [sent('Hi')] }).replaceAll('"image/png"', '7')
    expect(importLog(log).events).toEqual([
      { type: 'ignored', reason: 'not an event: its files is not that of an event "prompt-sent"' },
    ])
  })
})
