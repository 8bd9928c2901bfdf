import type { PromptFile } from '@streamfold/core'
import { ConversationError } from '../conversation-error.ts'
import { uploadFile } from './prompt-files.ts'
import { isSameFile, refusedBecause } from './upload-limits.ts'
import type { UploadLimits } from './upload-limits.ts'
import type { Upload } from './upload.ts'

/** Options of `useUploads` and `createUploads`. */
export interface UploadOptions extends UploadLimits {
  readonly upload: Upload
}

/** A file that a person attaches to a prompt. */
export type UploadItem = UploadFields &
  (
    | { readonly status: 'uploading' }
    | {
        readonly status: 'failed'
        /** Why, in a sentence with what to do. */
        readonly error: string
      }
    | { readonly status: 'ready'; readonly url: string }
  )

interface UploadFields {
  readonly id: string
  readonly name: string
  /** In bytes. */
  readonly size: number
  readonly mediaType: string
  readonly alt: string | undefined
  /** The share of it that has been sent, from 0 to 1. */
  readonly progress: number
  /** An address of the image, for this page only; undefined for other files. */
  readonly preview: string | undefined
}

/** A file that was not taken. */
export interface RefusedFile {
  readonly id: string
  readonly name: string
  /** Why, in a sentence with what to do. */
  readonly error: string
}

/** The files that a person attaches to the next prompt. */
export interface UploadsState {
  readonly files: readonly UploadItem[]
  /** The files of the last `add` that were not taken: of another type, too large, or too many. */
  readonly refused: readonly RefusedFile[]
  /** Whether all files are uploaded, also if there are none: otherwise do not send yet. */
  readonly ready: boolean
  /** The files that are uploaded, for `sendMessage({ text, files: uploaded })`. */
  readonly uploaded: readonly PromptFile[]
}

/** What a person does with them. */
export interface UploadsActions {
  /** Takes files, for example those of an input, a paste or a drop, and uploads them. A file that is there is not added twice: if it has failed, it is retried. */
  readonly add: (files: Iterable<File>) => void
  /** Uploads a file again that has failed. */
  readonly retry: (id: string) => void
  /** Removes a file, also while it is being uploaded, or a refused one. */
  readonly remove: (id: string) => void
  /** Says what an image shows. */
  readonly setAlt: (id: string, alt: string) => void
  /** Removes all files: after they were sent. */
  readonly clear: () => void
}

/** The files that a person attaches, for a binding. */
export interface Uploads extends UploadsActions {
  /** The same object while nothing changes. */
  readonly getState: () => UploadsState
  /** @returns stops it */
  readonly subscribe: (listener: () => void) => () => void
  /** Aborts what is being uploaded and frees the previews, until `resume`. */
  readonly suspend: () => void
  /** Goes on after `suspend`: what was being uploaded begins again. */
  readonly resume: () => void
}

/**
 * Uploads the files that a person attaches to a prompt, as soon as they are added.
 *
 * @param options read for each file, so it may return others each time
 * @throws ConversationError `wrong-option`
 */
export function createUploads(options: () => UploadOptions): Uploads {
  checkUpload(options())
  let state: UploadsState = { files: [], refused: [], ready: true, uploaded: [] }
  let count = 0
  const sources = new Map<string, File>()
  /** What is being uploaded. */
  const running = new Map<string, AbortController>()
  const listeners = new Set<() => void>()
  let suspended = false

  function change(files: readonly UploadItem[], refused = state.refused): void {
    const ready = files.every(({ status }) => status === 'ready')
    const uploaded = files.flatMap((file) => (file.status === 'ready' ? [promptFile(file)] : []))
    const same = uploaded.length === state.uploaded.length && uploaded.every((file, at) => file === state.uploaded[at])
    state = { files, refused, ready, uploaded: same ? state.uploaded : uploaded }
    for (const listener of listeners) listener()
  }

  function revise(id: string, to: (file: UploadItem) => UploadItem): void {
    change(state.files.map((file) => (file.id === id ? to(file) : file)))
  }

  async function start(id: string): Promise<void> {
    const file = sources.get(id)
    if (!file || suspended || running.has(id)) return
    const controller = new AbortController()
    const { signal } = controller
    running.set(id, controller)
    revise(id, (known) => ({ ...fieldsOf(known), progress: 0, status: 'uploading' }))
    const onProgress = (share: number): void => {
      const progress = Math.round(Math.min(1, Math.max(0, share)) * 100) / 100
      const known = state.files.find((item) => item.id === id)
      if (signal.aborted || running.get(id) !== controller || Number.isNaN(progress) || known?.progress === progress) return
      revise(id, (item) => ({ ...item, progress }))
    }
    let end: (known: UploadItem) => UploadItem
    try {
      const { url, mediaType, name = file.name } = await uploadFile(file, options().upload, { signal, onProgress })
      end = (known) => ({ ...fieldsOf(known), url, mediaType, name, progress: 1, status: 'ready' })
    } catch (error) {
      end = (known) => ({ ...fieldsOf(known), status: 'failed', error: (error as ConversationError).message }) // `uploadFile` throws no other.
    }
    if (running.get(id) !== controller) return
    running.delete(id)
    revise(id, end)
  }

  function stop(id: string): void {
    const controller = running.get(id)
    // First: what the abort makes of the upload is no news.
    running.delete(id)
    controller?.abort()
  }

  function drop(files: readonly UploadItem[]): void {
    for (const { id, preview } of files) {
      stop(id)
      sources.delete(id)
      if (preview !== undefined) URL.revokeObjectURL(preview)
    }
  }

  function add(given: Iterable<File>): void {
    const limits = options()
    const files = [...state.files]
    const refused: RefusedFile[] = []
    const started: string[] = []
    for (const file of given) {
      const known = files.find(({ id }) => isSameFile(file, sources.get(id)))
      if (known) {
        if (known.status === 'failed') started.push(known.id)
        continue
      }
      const id = `file-${++count}`
      const { name, size, type } = file
      const reason = refusedBecause(file, files.length, limits)
      if (reason !== undefined) {
        refused.push({ id, name, error: `unable to attach ${name === '' ? 'the file' : `"${name}"`}; ${reason}` })
        continue
      }
      const mediaType = type || 'application/octet-stream'
      sources.set(id, file)
      files.push({
        id,
        name,
        size,
        mediaType,
        alt: undefined,
        progress: 0,
        preview: suspended ? undefined : previewOf(file),
        status: 'uploading',
      })
      started.push(id)
    }
    change(files, refused)
    for (const id of started) void start(id)
  }

  return {
    getState: () => state,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    add,
    retry(id) {
      if (state.files.some((file) => file.id === id && file.status === 'failed')) void start(id)
    },
    remove(id) {
      drop(state.files.filter((file) => file.id === id))
      change(
        state.files.filter((file) => file.id !== id),
        state.refused.filter((file) => file.id !== id),
      )
    },
    setAlt: (id, alt) => revise(id, (file) => ({ ...file, alt })),
    clear() {
      drop(state.files)
      change([], [])
    },
    suspend() {
      suspended = true
      for (const id of running.keys()) stop(id)
      for (const { preview } of state.files) if (preview !== undefined) URL.revokeObjectURL(preview)
      if (state.files.length > 0) change(state.files.map((file) => ({ ...file, preview: undefined })))
    },
    resume() {
      suspended = false
      if (state.files.length === 0) return
      change(state.files.map((file) => ({ ...file, preview: file.preview ?? previewOf(sources.get(file.id)) })))
      for (const { id, status } of state.files) if (status === 'uploading') void start(id)
    },
  }
}

function checkUpload({ upload }: Partial<UploadOptions> = {}): void {
  if (typeof upload === 'function') return
  throw new ConversationError('wrong-option', 'unable to attach files; the option `upload` is not a function: give one')
}

/** What a file has in each status. */
function fieldsOf({ id, name, size, mediaType, alt, progress, preview }: UploadItem): UploadFields {
  return { id, name, size, mediaType, alt, progress, preview }
}

function previewOf(file: File | undefined): string | undefined {
  return file?.type.startsWith('image/') ? URL.createObjectURL(file) : undefined
}

const made = new WeakMap<UploadItem, PromptFile>()

/** The same object for the same file. */
function promptFile(file: UploadItem & { readonly status: 'ready' }): PromptFile {
  let known = made.get(file)
  if (!known) {
    const { url, mediaType, name, alt } = file
    made.set(file, (known = { url, mediaType, ...(name !== '' && { name }), ...(alt && { alt }) }))
  }
  return known
}
