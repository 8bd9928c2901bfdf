import type { GivenFile, PromptInput } from '@streamfold/client'
import { describe, expect, it } from 'vitest'

type PromptFile = NonNullable<PromptInput['files']>[number]

const png = 'https://example.com/a.png'
const text = (value: string, mimeType?: string, metadata?: unknown): GivenFile => ({
  type: 'document',
  source: { type: 'url', value, mimeType },
  metadata,
})
const data = (value: string, mimeType?: string, metadata?: unknown): GivenFile => ({
  type: 'document',
  source: { type: 'data', value, mimeType },
  metadata,
})

/** What a file of another chat becomes: fields of a file with an address, or the name, media type and contents of a `File`. */
const made: readonly (readonly [string, GivenFile, PromptFile | readonly [name: string, mediaType: string, contents: string]])[] =
  [
    ['an address', text(png, 'image/png'), { url: png, mediaType: 'image/png' }],
    [
      'an address, with a name and an alt text',
      text(png, 'image/png', { filename: 'a.png', alt: 'A' }),
      { url: png, mediaType: 'image/png', name: 'a.png', alt: 'A' },
    ],
    [
      'a name and an alt text that are no texts',
      text(png, 'image/png', { filename: 1, alt: 2 }),
      { url: png, mediaType: 'image/png' },
    ],
    ['an empty name', text(png, 'image/png', { filename: '' }), { url: png, mediaType: 'image/png' }],
    ['an address without a media type', text(png), { url: png, mediaType: 'application/octet-stream' }],
    ['an address with an empty media type', text(png, ' '), { url: png, mediaType: 'application/octet-stream' }],
    [
      'a media type in capitals, with a parameter',
      text(png, 'Text/CSV; header=present'),
      { url: png, mediaType: 'Text/CSV; header=present' },
    ],
    ['base64', data(btoa('hi'), 'text/plain', { filename: 'n.txt' }), ['n.txt', 'text/plain', 'hi']],
    ['bytes that are no text', data('iVBORw==', 'image/png'), ['', 'image/png', '\x89PNG']],
    ['base64 without a media type', data(btoa('hi')), ['', 'application/octet-stream', 'hi']],
    ['base64 in lines', data('a\nGk\r\n=', 'text/plain'), ['', 'text/plain', 'hi']],
    ['nothing', data('', 'text/plain'), ['', 'text/plain', '']],
    ['a `data:` address in base64', text(`data:audio/wav;base64,${btoa('la')}`, 'audio/wav'), ['', 'audio/wav', 'la']],
    ['a `data:` address in capitals', text('DATA:text/plain;BASE64,aGk=', 'text/plain'), ['', 'text/plain', 'hi']],
    [
      'a `data:` address with escapes in its base64',
      text('data:text/plain;base64,fn5%2BfA%3D%3D', 'text/plain'),
      ['', 'text/plain', '~~~|'],
    ],
    [
      'a `data:` address with a space before `base64`',
      text('data:text/plain; base64,aGk=', 'text/plain'),
      ['', 'text/plain', 'hi'],
    ],
    [
      'a `data:` address of words',
      text('data:text/plain,a%20b,c', 'text/plain', { filename: 'w.txt' }),
      ['w.txt', 'text/plain', 'a b,c'],
    ],
    [
      'a `data:` address of words that are named as UTF-8',
      text('data:text/plain;charset=utf-8,%C3%A9', 'text/plain'),
      ['', 'text/plain', '\xc3\xa9'],
    ],
    ['a `data:` address that alone names its media type', text('data:image/png;base64,iVBORw=='), ['', 'image/png', '\x89PNG']],
    [
      'a `data:` address whose media type has a parameter',
      text('data:text/csv;header=present;base64,aGk='),
      ['', 'text/csv;header=present', 'hi'],
    ],
    ['a `data:` address without any media type', text('data:;base64,aGk='), ['', 'application/octet-stream', 'hi']],
    [
      'a `data:` address without a media type, with a parameter',
      text('data:;charset=utf-8,hi'),
      ['', 'application/octet-stream', 'hi'],
    ],
    ['a `data:` address of nothing', text('data:text/plain,', 'text/plain'), ['', 'text/plain', '']],
  ]

const unreadable = 'the contents of a file cannot be read: attach it again, or give them as base64'

/** Files that cannot be read, with a part of the message that says what to do. */
const refused: readonly (readonly [string, GivenFile, string])[] = [
  ['contents that are not base64', data('?', 'text/plain'), unreadable],
  ['a `data:` address that is not base64', text('data:text/plain;base64,?', 'text/plain'), unreadable],
  ['a `data:` address with a broken escape in its base64', text('data:text/plain;base64,%', 'text/plain'), unreadable],
  ['a `data:` address with a broken escape', text('data:text/plain,%E0%A4%A', 'text/plain'), unreadable],
]

/** How a bridge to another chat reads the files of a message. @param read the files of the default prompt for a message with these */
export function describeGivenFiles(read: (files: readonly GivenFile[]) => PromptInput['files']): void {
  describe('a file of a message', () => {
    it.each(made)('with %s', async (_, file, expected) => expect(await seen(read([file]))).toEqual([expected]))

    it.each(refused)('with %s is refused', (_, file, message) => {
      expect(() => read([file])).toThrow(
        expect.objectContaining({ code: 'wrong-file', message: expect.stringContaining(message) }),
      )
    })

    it('is one of several, in their order', async () => {
      expect(await seen(read(made.map(([, file]) => file)))).toEqual(made.map(([, , expected]) => expected))
    })
  })
}

function seen(files: PromptInput['files']): Promise<readonly unknown[]> {
  return Promise.all(
    (files ?? []).map(async (file) => {
      if (!(file instanceof File)) return file
      const bytes = new Uint8Array(await file.arrayBuffer())
      return [file.name, file.type, String.fromCharCode(...bytes)]
    }),
  )
}
