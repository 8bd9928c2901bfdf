import { expect, test } from 'vitest'
import { fileView } from '../src/parts/file-view.ts'

const file = (url: string, mediaType = 'image/png', filename?: string) =>
  ({ type: 'file', url, mediaType, ...(filename && { filename }) }) as const

test('an image of another server is not loaded before the reader asks for it', () => {
  expect(fileView(file('https://images.example.com/a.png?secret=1'))).toEqual({
    is: 'remote-image',
    name: 'Image',
    src: 'https://images.example.com/a.png?secret=1',
    question: 'Show image from images.example.com',
  })
})

test('an image of an origin that the product allows is', () => {
  const allowed = new Set(['https://images.example.com'])
  expect(fileView(file('https://images.example.com/a.png'), allowed).is).toBe('image')
  expect(fileView(file('https://images.example.com.evil.test/a.png'), allowed).is).toBe('remote-image')
  expect(fileView(file('http://images.example.com/a.png'), allowed).is).toBe('file')
  expect(fileView(file('https://images.example.com:8443/a.png'), allowed).is).toBe('remote-image')
})

test.each(['png', 'jpeg', 'gif', 'webp', 'avif'])('a picture within the message is shown: %s', (type) => {
  expect(fileView(file(`data:image/${type};base64,AAAA`)).is).toBe('image')
})

test.each([
  ['an SVG', 'data:image/svg+xml,<svg onload=alert(1)>'],
  ['an SVG in capitals', 'DATA:IMAGE/SVG+XML;base64,AAAA'],
  ['a page that is called an image', 'data:text/html,<script>alert(1)</script>'],
  ['no type', 'data:,text'],
])('what is in a data URL is what that says: %s is neither shown nor opened', (_, url) => {
  expect(fileView(file(url))).toMatchObject({ is: 'file', href: undefined })
})

test('a text within the message can be saved', () => {
  expect(fileView(file('data:text/csv;charset=utf-8,a%2Cb', 'text/csv', 'rows.csv'))).toMatchObject({
    is: 'saved-file',
    name: 'rows.csv',
    detail: 'text/csv',
  })
})

test.each(['javascript:alert(1)', 'vbscript:x', 'file:///etc/passwd', 'blob:https://x.test/1', '/api/secrets', 'x', ''])(
  'an address that cannot be followed safely is no link: %s',
  (url) => {
    expect(fileView(file(url))).toMatchObject({ is: 'file', href: undefined })
    expect(fileView(file(url, 'application/pdf'))).toMatchObject({ is: 'file', href: undefined })
  },
)

test('a file elsewhere is a link that says where it is', () => {
  expect(fileView(file('https://files.example.com/report.pdf', 'application/pdf; v=1', 'report.pdf'))).toEqual({
    is: 'file',
    name: 'report.pdf',
    detail: 'application/pdf · files.example.com',
    href: 'https://files.example.com/report.pdf',
  })
  expect(fileView(file('https://files.example.com/a.svg', 'image/svg+xml')).is).toBe('file')
})
