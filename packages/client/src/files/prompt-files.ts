import type { PromptFile } from '@streamfold/core'
import { ConversationError, reasonOf } from '../conversation-error.ts'
import type { Upload, UploadedFile, UploadTask } from './upload.ts'

/**
 * The files of a prompt with their addresses: those without one are uploaded first, all at a time.
 *
 * @param signal aborts the uploads
 * @returns at once, where all have one
 * @throws ConversationError `wrong-file`, `no-upload`; rejects with `upload-failed`
 */
export function addressFiles(
  files: readonly (PromptFile | Blob)[],
  upload: Upload | undefined,
  signal?: AbortSignal,
): readonly PromptFile[] | Promise<readonly PromptFile[]> {
  if (!Array.isArray(files)) throw wrong('the files are no list: give [{ url, mediaType }]')
  files.forEach((file, at) => {
    const problem = isBlob(file) ? undefined : fileProblem(file)
    if (problem !== undefined) throw wrong(`file ${at + 1}${problem}`)
  })
  const checked = files as readonly (PromptFile | Blob)[] // `isArray` makes them any.
  if (!checked.some(isBlob)) return (checked as readonly PromptFile[]).map(onlyFile) // As just seen.
  if (!upload)
    throw new ConversationError(
      'no-upload',
      'unable to send the prompt; a file has no address yet: set the option `upload`, or upload it first and give its address',
    )
  return uploadAll(checked, upload, signal)
}

async function uploadAll(
  files: readonly (PromptFile | Blob)[],
  upload: Upload,
  signal: AbortSignal | undefined,
): Promise<readonly PromptFile[]> {
  const given = new AbortController()
  const task = { signal: signal ? AbortSignal.any([signal, given.signal]) : given.signal, onProgress: () => {} }
  try {
    return await Promise.all(
      files.map(async (file) => (isBlob(file) ? uploadFile(fileFrom(file), upload, task) : onlyFile(file))),
    )
  } finally {
    // Where one has failed, the others are not needed any more.
    given.abort()
  }
}

/** Uploads one file. @throws ConversationError `upload-failed` */
export async function uploadFile(file: File, upload: Upload, task: UploadTask): Promise<PromptFile> {
  const failed = (reason: string, cause?: unknown) =>
    new ConversationError('upload-failed', `unable to upload ${nameOf(file)}; ${reason}`, cause)
  let result: Partial<UploadedFile>
  try {
    result = Object(await upload(file, task)) // Its fields are checked below.
  } catch (cause) {
    throw failed(`${reasonOf(cause)}: try again`, cause)
  }
  const made = {
    url: result.url ?? '',
    mediaType: result.mediaType ?? (file.type || 'application/octet-stream'),
    name: result.name ?? (file.name || undefined),
  }
  const problem = fileProblem(made)
  if (problem !== undefined) throw failed(`what \`upload\` returned${problem}`)
  return onlyFile(made)
}

function nameOf({ name }: File): string {
  return name === '' ? 'the file' : `"${name}"`
}

/** What is wrong with a file, after its name, and what to do; undefined where nothing is. */
function fileProblem(file: unknown): string | undefined {
  if (typeof file !== 'object' || file === null) return ' is no file: give { url, mediaType }'
  const { url, mediaType, name, alt } = file as Readonly<Record<keyof PromptFile, unknown>> // An object: each field is checked.
  if (typeof url !== 'string' || url === '') return ' has no address: give { url, mediaType }'
  const scheme = /^\s*([a-z][a-z\d+.-]*):/i.exec(url)?.[1]?.toLowerCase()
  if (scheme === undefined)
    return ' has a relative address, which other pages cannot resolve: give `new URL(path, location.href).href`'
  if (scheme === 'data' || scheme === 'blob')
    return ` has a \`${scheme}:\` address, which is no place where others find it: upload it, and give its https: address`
  if ((scheme !== 'https' && scheme !== 'http') || !URL.canParse(url))
    return ' has an address that cannot be fetched: give an https: or http: address'
  if (typeof mediaType !== 'string' || !/^[\w!#$&^.+-]+\/(?:\*|[\w!#$&^.+-]+)(?:\s*;.*)?$/.test(mediaType))
    return ' has no media type: give one, such as `image/png`'
  const texts = [name, alt].every((text) => text === undefined || typeof text === 'string')
  return texts ? undefined : ' has a name or an alt text that is no text: give strings'
}

/** Without what else the product keeps with a file. */
function onlyFile({ url, mediaType, name, alt }: PromptFile): PromptFile {
  return { url, mediaType, ...(name !== undefined && { name }), ...(alt !== undefined && { alt }) }
}

function isBlob(file: unknown): file is Blob {
  return typeof Blob !== 'undefined' && file instanceof Blob
}

function fileFrom(blob: Blob): File {
  return blob instanceof File ? blob : new File([blob], '', { type: blob.type })
}

function wrong(reason: string): ConversationError {
  return new ConversationError('wrong-file', `unable to send the prompt; ${reason}`)
}
