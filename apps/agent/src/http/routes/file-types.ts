import { disableTypes, imageSize, types } from 'image-size'

/** A type of file that the agent keeps. */
interface FileType {
  /** What a file is called that has no name. */
  readonly name: string
  /** Whether a browser shows it in the page. Others are saved. */
  readonly inline: boolean
  /** Whether these bytes are of the type: a browser must never have to guess. */
  readonly fits: (data: Uint8Array) => boolean
}

const images = ['png', 'jpg', 'gif', 'webp'] as const
// The readers of other formats are code that a stranger's file would run for nothing.
disableTypes(types.filter((type) => !(images as readonly string[]).includes(type)))

/** The types that the agent keeps. SVG and HTML are programs, so they are none of them. */
export const fileTypes: ReadonlyMap<string, FileType> = new Map([
  ['image/png', image('png')],
  ['image/jpeg', image('jpg')],
  ['image/gif', image('gif')],
  ['image/webp', image('webp')],
  ['application/pdf', { name: 'document.pdf', inline: false, fits: (data) => beginsWith(data, '%PDF-') }],
  ['text/plain', { name: 'text.txt', inline: false, fits: isText }],
])

function image(type: (typeof images)[number]): FileType {
  return { name: `image.${type}`, inline: true, fits: (data) => typeOfImage(data) === type }
}

function typeOfImage(data: Uint8Array): string | undefined {
  try {
    return imageSize(data).type
  } catch {
    return undefined // It is none of the formats, or ends before its size.
  }
}

function beginsWith(data: Uint8Array, text: string): boolean {
  return Buffer.from(data.subarray(0, text.length)).toString('latin1') === text
}

function isText(data: Uint8Array): boolean {
  try {
    return !new TextDecoder('utf-8', { fatal: true }).decode(data).includes('\0')
  } catch {
    return false
  }
}
