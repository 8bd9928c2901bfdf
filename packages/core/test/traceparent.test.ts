import { describe, expect, it } from 'vitest'
import { readTraceparent } from '../src/transport/index.ts'
import { redactLog } from '../src/log/index.ts'
import { emptyConversation, normalise } from '../src/index.ts'
import { aiTransport } from '../src/codecs/ai-transport/index.ts'
import { promptHeaders } from '../src/codec.ts'

const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

describe('a trace context (P133)', () => {
  it.each<[name: string, value: unknown, read: string | undefined]>([
    ['as the W3C writes it', valid, valid],
    ['of a later version, with more behind it', `cc-${valid.slice(3)}-more`, valid],
    ['of the version that is none', `ff-${valid.slice(3)}`, undefined],
    ['of this version with more behind it', `${valid}-more`, undefined],
    ['in capitals', valid.toUpperCase(), undefined],
    ['without a trace', `00-${'0'.repeat(32)}-b7ad6b7169203331-01`, undefined],
    ['without a span', `00-0af7651916cd43dd8448eb211c80319c-${'0'.repeat(16)}-01`, undefined],
    [
      'whose ids end with zeros',
      '00-0af7651916cd43dd8448eb211c803190-b7ad6b7169203300-01',
      '00-0af7651916cd43dd8448eb211c803190-b7ad6b7169203300-01',
    ],
    ['a list with one', [valid], undefined],
    ['with a line feed', `${valid}\n`, undefined],
    ['a list of two', `${valid},${valid}`, undefined],
    ['empty', '', undefined],
    ['missing', undefined, undefined],
    ['an object', { valid }, undefined],
  ])('%s', (_, value, read) => {
    expect(readTraceparent(value)).toBe(read)
  })

  it('goes with a prompt in either format, and is read from it', () => {
    const draft = { key: 'p1', text: 'hello', headers: { lang: 'en' }, traceparent: valid, messages: [], clientId: 'ann' }
    expect(promptHeaders(draft)).toEqual({ role: 'user', lang: 'en', traceparent: valid })
    const message = { ...aiTransport.prompt!(draft), serial: 's1', action: 'message.create', timestamp: 1, clientId: 'ann' } // It has one.
    const event = normalise(message, { codec: aiTransport })
    expect('headers' in event && event.headers).toMatchObject({ lang: 'en', traceparent: valid })
  })

  it('stays in a redacted log; anything else under its name does not', () => {
    const redacted = (traceparent: string): string | undefined => {
      const message = {
        serial: 's1',
        action: 'message.create',
        name: 'prompt',
        clientId: 'ann',
        data: 'hello',
        timestamp: 1,
        extras: { headers: { role: 'user', traceparent } },
      }
      const [event] = redactLog({ start: emptyConversation(), events: [normalise(message, { agent: 'agent' })] }).events
      return event && 'headers' in event ? event.headers?.['traceparent'] : undefined
    }
    expect(redacted(valid)).toBe(valid)
    expect(redacted('my secret')).toBe('·········')
  })
})
