// @vitest-environment happy-dom
import { tests as commonMark } from 'commonmark-spec'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gfmExamples } from './gfm-examples.ts'
import { documents, pieces } from './markdown-documents.ts'
import { byMarkdownIt, byMicromark } from './markdown-oracles.ts'
import { render, renderPieces } from './markdown-page.ts'
import { structureOf, structureOfHtml } from './markdown-structure.ts'

const runs = Number(process.env['MARKDOWN_RUNS']) || 200
const rawHtml = 'raw HTML is text, never HTML'
const addresses = 'GFM: a bare address is a link'

/** The examples of CommonMark whose result is another one here, and why. */
const exceptions: Readonly<Record<string, readonly number[]>> = {
  [rawHtml]: [
    21,
    31,
    201,
    308,
    309,
    344,
    475,
    476,
    477,
    491,
    494,
    524,
    536,
    642,
    643,
    // The sections about raw HTML.
    ...commonMark.filter(({ section }) => section.includes('HTML')).map(({ number }) => number),
  ],
  [addresses]: [602, 608, 611, 612],
}
const excepted = new Set(Object.values(exceptions).flat())
const tabbed = (text: string) => text.replaceAll('→', '\t')

describe('CommonMark', () => {
  test.each(commonMark.filter(({ number }) => !excepted.has(number)))('example $number ($section)', ({ markdown, html }) => {
    expect(structureOf(render(tabbed(markdown)))).toBe(structureOfHtml(tabbed(html)))
  })

  test('every example equals markdown-it’s result, streamed character by character', () => {
    for (const { markdown, number } of commonMark) {
      const text = tabbed(markdown)
      expect(structureOf(renderPieces(text.split(''))), `example ${number}`).toBe(byMarkdownIt(text))
    }
  })
})

describe('GFM', () => {
  test.each(Object.entries(gfmExamples))('%s', (_, text) => {
    const whole = structureOf(render(text))
    expect(whole).toBe(byMicromark(text))
    expect(structureOf(renderPieces(text.split('')))).toBe(whole)
  })
})

describe('documents', () => {
  test('a tab at the beginning of a continued line is part of the line break', () => {
    const text = `the\n\t${'words of a long line that settle '.repeat(4)}\n\tend of it\n`
    expect(structureOf(renderPieces(pieces(text, [1])))).toBe(byMarkdownIt(text))
  })

  test('are what markdown-it makes of them, however they are cut', () => {
    fc.assert(
      fc.property(documents, fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 8 }), (text, lengths) => {
        expect(structureOf(renderPieces(pieces(text, lengths)))).toBe(byMarkdownIt(text))
      }),
      { numRuns: runs },
    )
  })
})
