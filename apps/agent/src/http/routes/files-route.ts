import type { Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { FileStore } from '../../data/file-store.ts'
import { fileTypes } from './file-types.ts'
import { HttpError } from '@streamfold/agent'
import { requireKnownPage } from '../own-page.ts'

export interface FilesOptions {
  readonly store: FileStore
  /** Origins whose pages may upload. */
  readonly origins: readonly string[]
  /** The address under which readers reach the agent. Default: the one that the upload was sent to. */
  readonly address?: string | undefined
}

const MEBIBYTE = 1024 * 1024
/** Bytes of one file. */
export const MAX_FILE = 5 * MEBIBYTE
/** What a form adds around its file. */
const FORM = 16 * 1024

/** Accepts the body of an upload, which is larger than those of other requests. */
export const uploadLimit = bodyLimit({
  maxSize: MAX_FILE + FORM,
  onError: () => {
    throw tooLarge()
  },
})

/** `POST /files` stores a file, as the body or as the field `file` of a form; `GET /files/<id>` returns it. */
export function addFiles(app: Hono, { store, origins, address }: FilesOptions): void {
  app.post('/files', async (context) => {
    requireKnownPage(context, origins)
    const { data, mediaType, name } = await readUpload(context)
    const type = fileTypes.get(mediaType)
    if (!type)
      throw new HttpError(
        415,
        'wrong-type',
        `unable to keep the file; its type is ${mediaType || 'not given'}: send ${[...fileTypes.keys()].join(', ')}`,
      )
    if (data.length > MAX_FILE) throw tooLarge()
    if (data.length === 0) throw new HttpError(422, 'empty-file', 'unable to keep the file; it is empty: choose another')
    if (!type.fits(data))
      throw new HttpError(422, 'wrong-contents', `unable to keep the file; it is not of the type ${mediaType}: choose another`)
    const kept = { data, mediaType, name: cleanName(name) || type.name }
    const id = store.put(kept)
    if (id === undefined)
      throw new HttpError(507, 'store-full', 'unable to keep the file; the agent’s store is full: have it emptied, or enlarged')
    const url = `${address ?? new URL(context.req.url).origin}/files/${id}`
    return context.json({ url, mediaType, name: kept.name, size: data.length }, 201, { location: url })
  })

  app.get('/files/:id', (context) => {
    const file = store.get(context.req.param('id'))
    const type = file && fileTypes.get(file.mediaType)
    if (!file || !type) throw new HttpError(404, 'unknown-file', 'unable to find the file; nobody has stored it here')
    return context.body(file.data, 200, {
      'content-type': file.mediaType === 'text/plain' ? 'text/plain; charset=utf-8' : file.mediaType,
      'content-length': String(file.data.length),
      'content-disposition': disposition(type.inline ? 'inline' : 'attachment', file.name),
      // It is a stranger's file on the agent's origin: whatever it is, it must not run there.
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cache-control': 'private, max-age=31536000, immutable',
    })
  })

  app.all('/files/*', ({ req }) => {
    throw new HttpError(405, 'not-allowed', `unable to ${req.method} ${req.path}; see the agent’s README for its endpoints`)
  })
}

interface SentFile {
  readonly data: Uint8Array<ArrayBuffer>
  readonly mediaType: string
  readonly name: string
}

async function readUpload(context: Context): Promise<SentFile> {
  const { req } = context
  const type = essence(req.header('content-type') ?? '')
  if (type !== 'multipart/form-data')
    return { data: new Uint8Array(await req.arrayBuffer()), mediaType: type, name: req.query('name') ?? '' }
  const { file } = await req.parseBody().catch((): Record<string, unknown> => ({})) // A form that cannot be read has no file.
  if (!(file instanceof File))
    throw new HttpError(400, 'no-file', 'unable to read the upload; the form has no file: send one in the field `file`')
  return { data: new Uint8Array(await file.arrayBuffer()), mediaType: essence(file.type), name: file.name }
}

/** Makes a name that every system can save. */
function cleanName(name: string): string {
  const last = name.split(/[/\\]/).at(-1) ?? ''
  // Marks of direction would let a name look like another one.
  const shown = last.normalize('NFC').replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cs}"<>:|?*]/gu, '')
  const short = [...shown.trim()].slice(-100).join('')
  return /^\.*$/.test(short) ? '' : short
}

function disposition(how: 'inline' | 'attachment', name: string): string {
  const ascii = name.replace(/[^ -~]|[%\\]/g, '_')
  const encoded = encodeURIComponent(name).replace(/['()]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)
  return `${how}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}

function essence(mediaType: string): string {
  return mediaType.split(';', 1)[0]!.trim().toLowerCase()
}

function tooLarge(): HttpError {
  return new HttpError(
    413,
    'too-large',
    `unable to keep the file; it is larger than ${MAX_FILE / MEBIBYTE} MB: send a smaller one, or reduce it`,
  )
}
