import { escapeBody, frameHead, growFrames, readFrames } from '@streamfold/core/codec'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DataPiece } from '../src/publish/parts/frame-writer.ts'
import { emptyFrameWriter, endParts, writePart } from '../src/publish/parts/frame-writer.ts'
import { readWritten } from '../src/publish/messages/written-response.ts'
import type { PartChunk } from '../src/source/parts/part-chunk.ts'
import { hostileText, partChunks, toolRun } from './part-chunks.ts'

/** Writes the chunks, one each 10 milliseconds, and ends the response. */
function write(chunks: readonly PartChunk[]): readonly DataPiece[] {
  let writer = emptyFrameWriter()
  const all: DataPiece[] = []
  chunks.forEach((chunk, at) => {
    const [next, pieces] = writePart(Object.freeze(writer), chunk, at * 10)
    writer = next
    all.push(...pieces)
  })
  const [, ends] = endParts(writer, chunks.length * 10)
  return [...all, ...ends]
}

const dataOf = (pieces: readonly DataPiece[]): string =>
  pieces.map((piece) => ('head' in piece ? frameHead(piece.head) : escapeBody(piece.body))).join('')

/** Heads and bodies, as a line each. */
function shapeOf(pieces: readonly DataPiece[]): string[] {
  const lines: string[] = []
  for (const piece of pieces) {
    if ('head' in piece) {
      const { type, ...fields } = piece.head
      lines.push(`<${[type, ...Object.entries(fields).map(([name, value]) => `${name}=${String(value)}`)].join(' ')}>`)
    } else if (lines.length > 0) lines.push(`${lines.pop()}${piece.body}`)
    else lines.push(piece.body)
  }
  return lines
}

describe('writePart', () => {
  test('the text that begins a response has no head, and its end is not written', () => {
    const text: PartChunk[] = [{ head: { type: 'text', id: '0' } }, { body: 'Hel', id: '0' }, { body: 'lo', id: '0' }]
    expect(shapeOf(write([...text, { head: { type: 'end', id: '0' } }]))).toEqual(['Hello'])
    expect(shapeOf(write([{ body: 'bare' }]))).toEqual(['bare'])
  })

  test('a run with reasoning, two tools at once, sources and text', () => {
    expect(shapeOf(write(toolRun))).toEqual([
      '<reasoning id=r>I should look it up, twice.',
      '<end ms=30>',
      '<tool id=c0 name=search>{"query":"a',
      '<tool id=c1 name=chart>{"points":[1,',
      '<more kind=tool id=c0>pples"}',
      '<more kind=tool id=c1>2]}',
      '<input id=c0>',
      '<input id=c1>',
      '<output id=c1>{"drawn":true}',
      '<end>',
      '<output id=c0>["an apple"]',
      '<end>',
      '<step>',
      '<text id=t>Apples are ',
      '<source id=s url=https://apples.example>',
      '<more kind=text id=t>red.',
      '<end>',
    ])
  })

  test('text goes on behind a source with more, and behind a tool as another part', () => {
    const chunks: PartChunk[] = [
      { body: 'a' },
      { head: { type: 'source', id: 's', url: 'u' } },
      { body: 'b' },
      { head: { type: 'tool', id: 'c', name: 'n' } },
      { head: { type: 'input', id: 'c', input: 1 } },
      { head: { type: 'text' } },
      { body: 'c' },
    ]
    expect(shapeOf(write(chunks))).toEqual([
      'a',
      '<source id=s url=u>',
      '<more kind=text>b',
      '<tool id=c name=n>',
      '<input id=c input=1>',
      '<text>c',
    ])
  })

  test('a first text goes on behind a tool with more, and ends behind it', () => {
    const chunks: PartChunk[] = [
      { head: { type: 'text', id: '0' } },
      { body: 'a', id: '0' },
      { head: { type: 'tool', id: 'c', name: 'n' } },
      { body: 'b', id: '0' },
      { body: '{}', id: 'c' },
      { head: { type: 'end', id: '0' } },
      { body: ' ', id: 'c' },
    ]
    expect(shapeOf(write(chunks))).toEqual([
      'a',
      '<tool id=c name=n>',
      '<more kind=text>b',
      '<more kind=tool id=c>{}',
      '<end kind=text>',
      '<more kind=tool id=c> ',
    ])
    // Behind the head of the tool readers take it for complete.
    expect(shapeOf(write(chunks.toSpliced(3, 2)))).toEqual(['a', '<tool id=c name=n> '])
  })

  test('a first text that goes on behind another text without an id becomes a part with its id', () => {
    const chunks: PartChunk[] = [
      { head: { type: 'text', id: '0' } },
      { body: 'a', id: '0' },
      { head: { type: 'text' } },
      { body: 'b' },
      { body: 'c', id: '0' },
      { head: { type: 'end', id: '0' } },
    ]
    expect(shapeOf(write(chunks))).toEqual(['a', '<text>b', '<text id=0>c', '<end>'])
  })

  test('a first text without characters gets its head when another frame comes', () => {
    const chunks: PartChunk[] = [
      { head: { type: 'text', id: '0' } },
      { head: { type: 'source', id: 's', url: 'u' } },
      { body: 'a', id: '0' },
    ]
    expect(shapeOf(write(chunks))).toEqual(['<text id=0>', '<source id=s url=u>', '<more kind=text id=0>a'])
  })

  test('metadata of the provider of a first text is in its end', () => {
    const provider = { google: { thoughtSignature: 's' } }
    const text: PartChunk[] = [
      { head: { type: 'text', id: '0', provider } },
      { body: 'a', id: '0' },
      { head: { type: 'end', id: '0' } },
    ]
    const body = { body: 'a', of: { kind: 'text' } }
    const end = { head: { type: 'end', provider } }
    const tool: PartChunk = { head: { type: 'tool', id: 'c', name: 'n' } }
    expect(write(text)).toEqual([body, end])
    expect(write(text.slice(0, 2))).toEqual([body, end])
    expect(write([{ head: { type: 'text', provider } }, { body: 'a' }])).toEqual([body, end])
    expect(write(text.toSpliced(2, 0, tool))).toEqual([body, end, tool])
    const changed = { google: { thoughtSignature: 't' } }
    const later = write([text[0]!, text[1]!, tool, { head: { type: 'end', id: '0', provider: changed } }])
    expect(later).toEqual([body, end, tool, { head: { type: 'end', kind: 'text', provider: changed } }])
  })

  test('the name of an item is worth no frame: a response of text alone stays text', () => {
    const provider = { openai: { itemId: 'i' } }
    const text: PartChunk[] = [
      { head: { type: 'text', id: '0', provider } },
      { body: 'a', id: '0' },
      { head: { type: 'end', id: '0' } },
    ]
    expect(write(text)).toEqual([{ body: 'a', of: { kind: 'text' } }])
    expect(write([...text, { head: { type: 'step' } }]).slice(1)).toEqual([
      { head: { type: 'end', provider } },
      { head: { type: 'step' } },
    ])
  })

  test('reasoning without an id ends with the next part, and open reasoning with the response', () => {
    const chunks: PartChunk[] = [{ head: { type: 'reasoning' } }, { body: 'a' }, { head: { type: 'text' } }, { body: 'b' }]
    expect(shapeOf(write(chunks))).toEqual(['<reasoning>a', '<end ms=20>', '<text>b'])
    expect(shapeOf(write(chunks.slice(0, 2)))).toEqual(['<reasoning>a', '<end ms=20>'])
  })

  test('metadata of the message does not complete a text', () => {
    const chunks: PartChunk[] = [{ body: 'a' }, { head: { type: 'meta' } }, { body: '{"model":"m"}' }, { body: 'b' }]
    expect(shapeOf(write(chunks))).toEqual(['a', '<meta>{"model":"m"}', '<end>', '<more kind=text>b'])
  })

  test('data whose body comes in pieces ends with the next part, and goes on behind a source and metadata', () => {
    const data: PartChunk = { head: { type: 'data', name: 'plan', id: 'p' }, isStreamed: true }
    const source: PartChunk = { head: { type: 'source', id: 'u', url: 'https://a.test' } }
    const meta: PartChunk[] = [{ head: { type: 'meta' } }, { body: '{"m":1}' }]
    const text: PartChunk[] = [{ head: { type: 'text' } }, { body: 'ok' }]
    const pieces = write([data, { body: '{"a":' }, { body: '[1' }, source, { body: ',2' }, ...meta, { body: ']}' }, ...text])
    expect(shapeOf(pieces)).toEqual([
      '<data name=plan id=p>{"a":[1',
      '<source id=u url=https://a.test>',
      '<more kind=data id=p>,2',
      '<meta>{"m":1}',
      '<end>',
      '<more kind=data id=p>]}',
      '<end>',
      '<text>ok',
    ])
    expect(shapeOf(write([data, { body: '[1]' }]))).toEqual(['<data name=plan id=p>[1]', '<end>'])
  })

  test('a result without a body ends all the same', () => {
    const chunks: PartChunk[] = [
      { head: { type: 'tool', id: 'c', name: 'n' } },
      { head: { type: 'output', id: 'c' } },
      { head: { type: 'source', id: 's', url: 'u' } },
    ]
    expect(shapeOf(write(chunks))).toEqual(['<tool id=c name=n>', '<output id=c>', '<end>', '<source id=s url=u>'])
  })
})

describe('for all parts', () => {
  test('readers have exactly the heads and bodies that were written: no text makes a frame', () => {
    fc.assert(
      fc.property(partChunks(25), (chunks) => {
        const pieces = write(chunks)
        const { settled, last, held } = readFrames(dataOf(pieces))
        const read = [...settled, last].map(({ head, body }) => ({ head, body }))
        const written: { head: unknown; body: string }[] = [{ head: undefined, body: '' }]
        for (const piece of pieces) {
          if ('head' in piece) written.push({ head: JSON.parse(JSON.stringify(piece.head)), body: '' })
          else written.at(-1)!.body += piece.body
        }
        // Text before the first frame is one only where there is some.
        const begun = written.length > 1 && written[0]!.body === '' ? written.slice(1) : written
        expect(read).toEqual(begun)
        expect(held).toBe('')
      }),
    )
  })

  test('bodies that come in any order are in their parts, whole', () => {
    const part = fc.record({
      kind: fc.constantFrom('text' as const, 'reasoning' as const, 'tool' as const),
      bodies: fc.array(hostileText),
    })
    const turns = fc.array(fc.nat({ max: 5 }), { maxLength: 60 })
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), turns, (given, order) => {
        const chunks: PartChunk[] = []
        const left = given.map(({ bodies }) => [...bodies])
        given.forEach(({ kind }, at) => {
          const id = `${at}`
          chunks.push({ head: kind === 'tool' ? { type: kind, id, name: 'n' } : { type: kind, id } })
          for (const turn of order.filter((_, n) => n % given.length === at).filter((each) => each <= at)) {
            const body = left[turn]!.shift()
            if (body !== undefined) chunks.push({ body, id: `${turn}` })
          }
        })
        left.forEach((bodies, at) => bodies.forEach((body) => chunks.push({ body, id: `${at}` })))
        const { parts } = readWritten([{ data: dataOf(write(chunks)), isFramed: true }])
        const read = parts.map((each) => ('inputText' in each ? each.inputText : 'text' in each ? each.text : undefined))
        const expected = given.map(({ bodies }) => bodies.join(''))
        // Of a text alone that is empty nothing is written.
        expect(read).toEqual(
          expected.length === 1 && given[0]!.kind === 'text' ? expected.filter((text) => text !== '') : expected,
        )
      }),
    )
  })

  test('every beginning of the data is valid, and splits and merges change nothing', () => {
    fc.assert(
      fc.property(partChunks(25), fc.array(fc.integer({ min: 0, max: 400 })), (chunks, cuts) => {
        const data = dataOf(write(chunks))
        const whole = readWritten([{ data, isFramed: true }])
        let frames = readFrames('')
        let from = 0
        for (const cut of [...cuts.filter((at) => at < data.length).toSorted((a, b) => a - b), data.length]) {
          frames = growFrames(frames, data.slice(from, cut))
          from = cut
          const before = readWritten([{ data: data.slice(0, cut), isFramed: true }])
          expect(before.parts.length).toBeLessThanOrEqual(whole.parts.length)
          before.parts.forEach((part, at) => expect(whole.parts[at]!.type).toBe(part.type))
        }
        const plain = ({ settled, last }: typeof frames) => [...settled, last].map(({ head, body }) => ({ head, body }))
        expect(plain(frames)).toEqual(plain(readFrames(data)))
      }),
    )
  })
})
