import { frameHead, readFrames, RS } from '@streamfold/core/codec'
import { describe, expect, it } from 'vitest'
import { revisedData } from '../src/fold/revised-data.ts'

const revised = (data: string, text = 'gone') => revisedData(readFrames(data), text)

describe('an update that gives only a text', () => {
  it.each(['text', 'reasoning', 'fault'])('is the text of a part: %s', (type) => {
    expect(revised(`${RS}{"type":"${type}","id":"c1"}\nSECRET`)).toBe(`${RS}{"type":"${type}","id":"c1"}\ngone`)
  })

  it.each(['tool', 'output', 'custom', 'data', 'meta'])('is JSON in a part that has JSON: %s', (type) => {
    const data = `${RS}{"type":"${type}","id":"c1"}\n{"a":"SECRET"}`
    expect(revised(data)).toBe(`${RS}{"type":"${type}","id":"c1"}\n"gone"`)
    expect(revised(data, '{"a":1}')).toBe(`${RS}{"type":"${type}","id":"c1"}\n{"a":1}`)
  })

  it('takes the place of the first body, and leaves no other contents', () => {
    const data =
      `${frameHead({ type: 'step' })}${RS}{"type":"more"}\nSECRET` +
      `${frameHead({ type: 'tool', id: 'c1', name: 'pay', title: 'SECRET', dynamic: true, providerExecuted: true })}{"to":"SECRET"}` +
      frameHead({ type: 'ask', id: 'c1', approval: 'a1', of: ['SECRET'], reason: 'SECRET' }) +
      frameHead({ type: 'decided', id: 'c1', approved: true, by: 'SECRET' }) +
      `${frameHead({ type: 'output', id: 'c1', preliminary: true })}"SECRET"` +
      `${frameHead({ type: 'fault', id: 'c1', denied: true, uncertain: true })}SECRET` +
      `${frameHead({ type: 'text', id: 't', apart: true })}SECRET${frameHead({ type: 'custom', kind: 'k' })}"SECRET"`
    expect(revised(data)).toBe(
      [
        '{"type":"step"}\n',
        '{"type":"more"}\n',
        '{"type":"tool","id":"c1","name":"pay","dynamic":true,"providerExecuted":true}\n"gone"',
        '{"type":"ask","id":"c1","approval":"a1"}\n',
        '{"type":"decided","id":"c1","approved":true}\n',
        '{"type":"output","id":"c1","preliminary":true}\n',
        '{"type":"fault","id":"c1","denied":true}\n',
        '{"type":"text","id":"t","apart":true}\n',
        '{"type":"custom","kind":"k"}\n',
      ]
        .map((frame) => RS + frame)
        .join(''),
    )
  })

  it('is the message where no head has a body, or text comes before the first', () => {
    const text = `gone${RS}{"type":"ask"}\n`
    const escaped = `gone${RS}${RS}{"type":"ask"}\n`
    expect(revisedData(undefined, text)).toBe(escaped)
    for (const data of [
      '',
      'SECRET',
      frameHead({ type: 'step' }),
      `SECRET${frameHead({ type: 'text' })}SECRET`,
      `${RS}[]\nSECRET`,
    ])
      expect(revised(data, text)).toBe(escaped)
    expect(revised(`${frameHead({ type: 'text' })}SECRET`, text)).toBe(`${frameHead({ type: 'text' })}${escaped}`)
  })
})
