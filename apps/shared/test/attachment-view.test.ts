import { expect, test } from 'vitest'
import { attachmentView } from '../src/chat/attachment-view.ts'
import { filesToSend } from '../src/input/files-to-send.ts'

const item = { id: '1', name: 'photo.png', size: 12_345, mediaType: 'image/png', alt: undefined, progress: 1, preview: undefined }
const ready = { ...item, status: 'ready', url: 'https://x.test/1' } as const

test('a file says how far it is, how large it is, or why it is not sent', () => {
  expect(attachmentView({ ...item, status: 'uploading', progress: 0.417 })).toMatchObject({
    state: 'Uploading 42 %',
    tone: 'quiet',
    removeLabel: 'Cancel photo.png',
  })
  expect(attachmentView(ready)).toMatchObject({ state: '12 kB', tone: 'quiet', removeLabel: 'Remove photo.png' })
  expect(attachmentView({ ...item, status: 'failed', error: 'unable to upload' })).toMatchObject({
    state: 'unable to upload',
    tone: 'bad',
  })
})

test.each([
  [999, '999 bytes'],
  [4_999_999, '5.0 MB'],
])('%i bytes are %s', (size, text) => expect(attachmentView({ ...ready, size }).state).toBe(text))

test.each([
  ['image/webp', 'Image', true],
  ['application/pdf', 'PDF', false],
  ['text/plain', 'Text', false],
])('without a picture, %s is shown as %s', (mediaType, kind, isImage) => {
  expect(attachmentView({ ...ready, mediaType })).toMatchObject({ kind, isImage })
})

test('a prompt carries the uploaded files, with what people have written about them', () => {
  const failed = { ...item, status: 'failed', error: 'x' } as const
  expect(filesToSend([failed, { ...ready, alt: ' A cat ' }, { ...ready, alt: ' ' }])).toEqual([
    { url: 'https://x.test/1', mediaType: 'image/png', name: 'photo.png', alt: 'A cat' },
    { url: 'https://x.test/1', mediaType: 'image/png', name: 'photo.png' },
  ])
})
