import type { FilePart } from '@streamfold/core'
import { texts } from '../chat/texts.ts'
import { safeHref } from '../markdown/safe-href.ts'
import { ownFilePath } from './own-file.ts'

/**
 * Origins whose images a page loads without a question, as `https://images.example.com`. Empty, because the address of an image can carry
 * what a model has read to any server: a hostile document that the model summarises needs only one image for that. List origins whose
 * addresses nobody else can read, such as your own storage.
 */
const imageOrigins: ReadonlySet<string> = new Set<string>()

/** Types that are pictures and nothing else: an SVG is a document, with links and styles. */
const imageTypes: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif'])

/** Types of files within a message that a reader may save. */
const savedTypes: ReadonlySet<string> = new Set([
  ...imageTypes,
  'text/plain',
  'text/csv',
  'text/markdown',
  'application/json',
  'application/pdf',
])

export type FileView = {
  readonly name: string
  /** What an image shows, for readers who do not see it. */ readonly alt: string
} & (
  | {
      readonly is: 'image'
      readonly src: string
      /** Where it is shown in full; undefined if a browser would not open it. */
      readonly href: string | undefined
    }
  /** An image that is loaded on request. */
  | { readonly is: 'remote-image'; readonly src: string; /** The button. */ readonly question: string }
  | {
      readonly is: 'file'
      readonly detail: string
      /** Undefined if it cannot be opened safely. */ readonly href: string | undefined
    }
  /** A file within the message. */
  | { readonly is: 'saved-file'; readonly detail: string; readonly href: string }
)

/**
 * @param allowed origins whose images are loaded at once
 * @param own returns the path of a file in the agent's own store
 */
export function fileView(
  part: FilePart,
  allowed = imageOrigins,
  own: (url: string) => string | undefined = ownFilePath,
): FileView {
  const { url, mediaType, filename, alt } = part
  const type = essence(mediaType)
  const name = filename?.trim() || (type.startsWith('image/') ? texts.file.image : texts.file.file)
  const base = { name, alt: alt?.trim() || name }
  if (/^data:/i.test(url)) return dataFile(url, base)
  const path = own(url)
  if (path !== undefined)
    return imageTypes.has(type)
      ? { ...base, is: 'image', src: path, href: path }
      : { ...base, is: 'file', detail: type, href: path }
  const href = safeHref(url)
  const { protocol, origin, host } = href === undefined ? { protocol: '', origin: '', host: '' } : new URL(href)
  if (href !== undefined && protocol === 'https:' && imageTypes.has(type))
    return allowed.has(origin)
      ? { ...base, is: 'image', src: href, href }
      : { ...base, is: 'remote-image', src: href, question: `${texts.file.showImage} ${host}` }
  return { ...base, is: 'file', detail: [type, host].filter(Boolean).join(' · '), href }
}

/** What is in a `data:` URL is what this says, not the part's media type. */
function dataFile(url: string, base: Pick<FileView, 'name' | 'alt'>): FileView {
  const type = essence(url.slice('data:'.length).split(',', 1)[0]!)
  if (imageTypes.has(type)) return { ...base, is: 'image', src: url, href: undefined }
  if (savedTypes.has(type)) return { ...base, is: 'saved-file', detail: type, href: url }
  return { ...base, is: 'file', detail: type, href: undefined }
}

function essence(mediaType: string): string {
  return mediaType.split(';', 1)[0]!.trim().toLowerCase()
}
