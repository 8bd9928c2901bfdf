import * as fc from 'fast-check'

const words = ['the', 'get_user_id', 'naïve', '粗体', 'مرحبا', '👩‍👩‍👧', 'a', 'src/**/*.ts', 'list[0]', '2*3', "it's", '$HOME']
const marks = [
  '*',
  '**',
  '_',
  '__',
  '~~',
  '`',
  '``',
  '[',
  ']',
  '](HTTPS://A.TEST/B_C)',
  '](',
  ')',
  '![',
  '\\',
  '&AMP;',
  '[REF]',
  '|',
  '!',
  ':',
]
const ends = ['\n', '\n', '\n\n', '\n\n\n', '  \n', '\\\n', '\r\n', '\r\n\r\n', '\r']
const begins = [
  '# ',
  '## ',
  '- ',
  '* ',
  '+ ',
  '1. ',
  '2) ',
  '> ',
  '    ',
  '\t',
  '  ',
  '   ',
  '```',
  '```JS',
  '~~~',
  '---',
  '===',
  '***',
  '| ',
  '|---|---|',
  '- [ ] ',
  '[REF]: HTTPS://R.TEST/ "TITLE"',
  '[REF]:',
  '"TITLE',
  '| A | B |\n|---|--:|\n| ',
  '> - ',
  '- > ',
  '- - ',
  '1. ```\n   ',
  '',
]

const line = fc.array(
  fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...words) }, fc.constantFrom(...marks), fc.constantFrom(' ', ' ', '')),
  {
    maxLength: 8,
  },
)

/**
 * Documents of Markdown's marks in any order. Words are in lower case; what a mark may hide (addresses, titles, labels and
 * languages) is in upper case.
 */
export const documents = fc
  .array(fc.tuple(fc.array(fc.constantFrom(...begins), { maxLength: 2 }), line, fc.constantFrom(...ends)), { maxLength: 12 })
  .map((lines) => lines.map(([begin, text, end]) => begin.join('') + text.join('') + end).join(''))

/** A text in pieces of these lengths, over and over, which may cut line ends and characters in two. */
export function pieces(text: string, lengths: readonly number[]): string[] {
  const cut: string[] = []
  for (let at = 0; at < text.length; at += cut.at(-1)!.length) {
    cut.push(text.slice(at, at + lengths[cut.length % lengths.length]!))
  }
  return cut
}
