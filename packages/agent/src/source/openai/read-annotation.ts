import type { Fields } from '../fields.ts'
import { defined, isFields, numberIn, textIn } from '../fields.ts'
import type { Parts } from '../parts/parts.ts'

/** What OpenAI's APIs say of a text: the page or the file that supports it. */
export function readAnnotation(annotation: Fields, parts: Parts): void {
  const { type } = annotation
  // Chat completions have what belongs to a type one level down.
  const inner = isFields(annotation[String(type)]) ? { ...annotation, ...(annotation[String(type)] as Fields) } : annotation
  const url = textIn(inner['url'])
  const file = textIn(inner['file_id'])
  const filename = textIn(inner['filename'])
  const title = textIn(inner['title']) ?? filename ?? file
  if (url === undefined && title === undefined) return
  const provider = file === undefined ? undefined : { openai: { fileId: file } }
  const source = parts.source(
    defined(url === undefined ? { mediaType: 'text/plain', title, filename, provider } : { url, title: textIn(inner['title']) }),
  )
  const place = { start: numberIn(inner['start_index']), end: numberIn(inner['end_index']) }
  parts.cite(defined({ source, quote: textIn(inner['quote']), ...place }))
}
