import { escapeBody, frameHead, readFrames, RS } from '@streamfold/core/codec'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DataPiece } from '../src/publish/parts/frame-writer.ts'
import { emptyFrameWriter, endParts, writePart } from '../src/publish/parts/frame-writer.ts'
import { emptyMessage, fitPiece } from '../src/publish/messages/split-response.ts'
import { byteLength } from '../src/publish/messages/utf8.ts'
import type { WrittenMessage } from '../src/publish/messages/written-response.ts'
import { readWritten } from '../src/publish/messages/written-response.ts'
import type { PartChunk } from '../src/source/parts/part-chunk.ts'
import { partChunks } from './part-chunks.ts'

function piecesOf(chunks: readonly PartChunk[]): readonly DataPiece[] {
  let writer = emptyFrameWriter()
  const all = chunks.flatMap((chunk) => {
    const [next, pieces] = writePart(writer, chunk, 0)
    writer = next
    return pieces
  })
  return [...all, ...endParts(writer, 0)[1]]
}

/** The messages that the pieces fill. */
function split(pieces: readonly DataPiece[], limit: number): readonly WrittenMessage[] {
  const full: WrittenMessage[] = []
  let message = emptyMessage(limit)
  const left = [...pieces]
  for (let piece = left.shift(); piece; piece = left.shift()) {
    const fitted = fitPiece(message, piece)
    message = fitted.message
    left.unshift(...fitted.rest)
    if (fitted.rest.length === 0) continue
    full.push(message)
    message = emptyMessage(limit, message.isFramed)
  }
  return [...full, message]
}

const text = (body: string): DataPiece => ({ body, of: { kind: 'text' } })

describe('fitPiece', () => {
  test('a text without frames goes on as it is', () => {
    expect(split([text('a'.repeat(70))], 64)).toMatchObject([
      { data: 'a'.repeat(64), isFramed: false },
      { data: 'a'.repeat(6), isFramed: false },
    ])
  })

  test('a body goes on behind a head that names its part and kind', () => {
    const tool: DataPiece = { head: { type: 'tool', id: 'c', name: 'n' } }
    const [first, second] = split([tool, { body: `{"a":"${'x'.repeat(60)}"}`, of: { kind: 'tool', id: 'c' } }], 80)
    expect(first!.data.startsWith(frameHead({ type: 'tool', id: 'c', name: 'n' }))).toBe(true)
    expect(second).toMatchObject({ isFramed: true })
    const more = frameHead({ type: 'more', kind: 'tool', id: 'c' })
    expect(second!.data.startsWith(more)).toBe(true)
    expect(second!.data.slice(more.length)).toMatch(/^x+"\}$/)
  })

  test('a head that does not fit goes whole into the next message', () => {
    const [first, second] = split([text('a'.repeat(60)), { head: { type: 'step' } }], 70)
    expect([first, second]).toMatchObject([
      { data: 'a'.repeat(60), isFramed: false },
      { data: frameHead({ type: 'step' }), isFramed: true },
    ])
  })

  test('an escaped RS is not divided', () => {
    for (let before = 40; before < 64; before++) {
      const messages = split([{ head: { type: 'step' } }, text('a'.repeat(before) + RS.repeat(12))], 80)
      expect(messages.length).toBeGreaterThan(1)
      for (const { data } of messages) expect(readFrames(data).held).toBe('')
    }
  })

  test('the first frame makes text before it escaped, and says so', () => {
    const before = fitPiece(emptyMessage(100), text(`a${RS}b`)).message
    expect(before.data).toBe(`a${RS}b`)
    const step: DataPiece = { head: { type: 'step' } }
    expect(fitPiece(before, step)).toMatchObject({
      replaced: `a${RS}${RS}b`,
      message: { data: `a${RS}${RS}b${frameHead({ type: 'step' })}` },
    })
    expect(fitPiece(fitPiece(emptyMessage(100), text('ab')).message, step).replaced).toBeUndefined()
  })

  test('a head that fits into no message is refused', () => {
    const head: DataPiece = { head: { type: 'source', id: 's', url: 'x'.repeat(100) } }
    expect(() => fitPiece(emptyMessage(64), head)).toThrow('unable to write the response; a source head takes')
  })
})

test('for all parts and limits, the messages make the same parts together, none is too large, and alone none shows a forged part', () => {
  let splits = 0
  fc.assert(
    fc.property(partChunks(60), fc.integer({ min: 300, max: 500 }), (chunks, limit) => {
      const pieces = piecesOf(chunks)
      const messages = split(pieces, limit)
      const isFramed = pieces.some((piece) => 'head' in piece)
      const whole = pieces
        .map((piece) => ('head' in piece ? frameHead(piece.head) : isFramed ? escapeBody(piece.body) : piece.body))
        .join('')
      expect(read(messages)).toEqual(read([{ data: whole, isFramed }]))
      for (const { data, isFramed: framed } of messages) {
        expect(byteLength(data)).toBeLessThanOrEqual(limit + 256)
        for (const part of readWritten([{ data, isFramed: framed }]).parts) {
          expect(part).not.toHaveProperty('approval')
          expect(part.type).not.toBe('data-forged')
        }
      }
      splits += messages.length - 1
    }),
  )
  expect(splits).toBeGreaterThan(50)
})

/** Getters are of values here. */
function read(messages: readonly WrittenMessage[]): unknown {
  const { text: said, parts, metadata } = readWritten(messages)
  return JSON.parse(JSON.stringify({ said, parts, metadata }))
}
