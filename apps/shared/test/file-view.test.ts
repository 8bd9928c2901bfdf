import type { FilePart } from '@streamfold/core'
import { expect, test } from 'vitest'
import { fileView as viewOf } from '../src/parts/file-view.ts'
import { ownFilePath } from '../src/parts/own-file.ts'

const file = (url: string, mediaType = 'image/png', filename?: string): FilePart => ({
  type: 'file',
  url,
  mediaType,
  ...(filename && { filename }),
})

const own = (url: string) => ownFilePath(url, ['http://localhost:5173', 'https://agent.example'])
const fileView = (part: FilePart, allowed: ReadonlySet<string> = new Set()) => viewOf(part, allowed, own)

test('an image of another server is not loaded before the reader asks for it', () => {
  expect(fileView(file('https://images.example.com/a.png?secret=1'))).toEqual({
    is: 'remote-image',
    name: 'Image',
    alt: 'Image',
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
    alt: 'report.pdf',
    detail: 'application/pdf · files.example.com',
    href: 'https://files.example.com/report.pdf',
  })
  expect(fileView(file('https://files.example.com/a.svg', 'image/svg+xml')).is).toBe('file')
})

const id = '0123456789abcdef0123456789abcdef'

test('an image of the agent’s own store is shown at once, through the page’s own server', () => {
  for (const origin of ['http://localhost:5173', 'https://agent.example'])
    expect(fileView({ ...file(`${origin}/files/${id}`, 'image/png', 'photo.png'), alt: 'A cat' })).toEqual({
      is: 'image',
      name: 'photo.png',
      alt: 'A cat',
      src: `/files/${id}`,
      href: `/files/${id}`,
    })
  expect(fileView(file(`https://agent.example/files/${id}?x#y`, 'application/pdf', 'a.pdf'))).toMatchObject({
    is: 'file',
    href: `/files/${id}`,
    detail: 'application/pdf',
  })
})

test.each([
  ['another server', `https://evil.test/files/${id}`],
  ['another path', `https://agent.example/api/files/${id}`],
  ['an id that is none', 'https://agent.example/files/..%2fapi'],
  ['a path that only begins so', `https://agent.example/files/${id}/x`],
])('what is not in the store is treated as a file of any server: %s', (_, url) => {
  expect(fileView(file(url)).is).toBe('remote-image')
})

test('what an image shows is its name where nobody has described it', () => {
  expect(fileView({ ...file('https://x.test/a.png', 'image/png', 'photo.png'), alt: ' ' }).alt).toBe('photo.png')
})
