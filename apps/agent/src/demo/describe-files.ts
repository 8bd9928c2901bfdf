import type { LanguageModelV4FilePart, LanguageModelV4Prompt } from '@ai-sdk/provider'
import { imageSize } from 'image-size'

/** What the demo model says of the files that it was given, so that a person sees that they have arrived; empty without any. */
export function describeFiles(prompt: LanguageModelV4Prompt): string {
  const files = prompt.flatMap(({ role, content }) =>
    role === 'user' ? content.filter((part): part is LanguageModelV4FilePart => part.type === 'file') : [],
  )
  const described = files.map(describe)
  if (described.length < 2) return described.map((file) => `I received ${file}.`).join('')
  return `I received ${files.length} files:\n\n${described.map((file) => `- ${file}`).join('\n')}`
}

function describe({ filename, mediaType, data }: LanguageModelV4FilePart): string {
  const kind = mediaType.startsWith('image') ? 'an image' : mediaType === 'application/pdf' ? 'a PDF' : 'a file'
  const bytes = data.type === 'data' ? bytesOf(data.data) : undefined
  // A name is a user's: as code it is shown to the letter.
  const name = filename === undefined ? [] : [`\`${filename.replaceAll('`', '’')}\``]
  return [kind, ...name, ...(bytes ? [...sizeOfImage(bytes), sizeText(bytes.length)] : ['by its address'])].join(', ')
}

function bytesOf(data: Uint8Array | string): Uint8Array {
  return typeof data === 'string' ? Buffer.from(data, 'base64') : data
}

function sizeOfImage(bytes: Uint8Array): readonly string[] {
  try {
    const { width, height } = imageSize(bytes)
    return [`${width} × ${height} pixels`]
  } catch {
    return [] // A PDF, for example.
  }
}

function sizeText(bytes: number): string {
  return bytes < 1_000 ? `${bytes} bytes` : `${Math.round(bytes / 1_000)} kB`
}
