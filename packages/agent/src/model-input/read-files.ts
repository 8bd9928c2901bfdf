import type { FilePart, Message, MessagePart } from '@streamfold/core'
import type { KnownContents } from './user-file.ts'
import { base64Of, kindOf } from './user-file.ts'

/**
 * Reads a file of a user that the provider cannot fetch itself, for example from the agent's own disk. The address comes from a user: decide by
 * it, and read nothing but your own storage.
 *
 * @returns its contents; undefined: the provider is given the address, if it takes that; null: there is no such file, and the model is told its name
 */
export type ReadFile = (url: string) => FileRead | PromiseLike<FileRead>

type FileRead = FileContents | undefined | null

/** The contents of a file. */
export interface FileContents {
  readonly data: Uint8Array
  /** As `image/png`. Where the contents are of another type that models accept, that one is passed. */
  readonly mediaType: string
}

/** An option with which the functions for model input read files first, and so return a promise. */
export interface FileReading {
  /** A rejection is that of the call. Each address is read once. */
  readonly readFile: ReadFile
}

/** Calls `write` with what `readFile` reads, later; without `readFile` at once. */
export function withFiles<Input>(
  messages: readonly Message[],
  { files = () => true, readFile }: { readonly files?: (file: FilePart) => boolean } & Partial<FileReading>,
  write: (contents?: KnownContents) => Input,
): Input | Promise<Input> {
  return readFile ? readAll(messages, files, readFile).then(write) : write()
}

async function readAll(
  messages: readonly Message[],
  isPassed: (file: FilePart) => boolean,
  readFile: ReadFile,
): Promise<KnownContents> {
  const said = messages.filter(({ role, status }) => role === 'user' && status !== 'deleted' && status !== 'sending')
  const files = said.flatMap(({ parts }) => parts.filter(isFile)).filter((file) => kindOf(file.mediaType) && isPassed(file))
  const urls = [...new Set(files.map(({ url }) => url))]
  const read = await Promise.all(
    urls.map(async (url) => {
      const contents = await readFile(url)
      if (contents === undefined) return []
      // A provider refuses contents of another type than it is told, with the whole request.
      const mediaType = contents && kindOf(contents.mediaType) && typeOf(contents.data)
      return [[url, contents && mediaType ? { mediaType, base64: base64Of(contents.data) } : undefined] as const]
    }),
  )
  return new Map(read.flat())
}

// A product may name its data as it likes, so the type alone does not say what a part is to the compiler.
function isFile(part: MessagePart): part is FilePart {
  return part.type === 'file'
}

/** The type that contents have by their first bytes; undefined if models accept no such file. */
function typeOf(data: Uint8Array): string | undefined {
  const beginning = String.fromCharCode(...data.subarray(0, 12))
  return beginnings.find(([pattern]) => pattern.test(beginning))?.[1]
}

const beginnings: readonly (readonly [RegExp, string])[] = [
  [/^\x89PNG/, 'image/png'],
  [/^\xff\xd8\xff/, 'image/jpeg'],
  [/^GIF8[79]a/, 'image/gif'],
  [/^RIFF[^]{4}WEBP/, 'image/webp'],
  [/^%PDF-/, 'application/pdf'],
]
