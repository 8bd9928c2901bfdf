import type { Message, ReasoningPart } from '@streamfold/core'
import type { ModelInputOptions } from './options.ts'
import type { FileReading } from './read-files.ts'
import { withFiles } from './read-files.ts'
import type { JsonFields } from './plain-json.ts'
import { providerText } from './provider-metadata.ts'
import type { CallPart, ToolCall } from './tool-call.ts'
import { textOfResult } from './tool-call.ts'
import type { Words } from './pieces.ts'
import type { Step } from './turns.ts'
import { turnsOf } from './turns.ts'
import type { KnownContents, UserFile } from './user-file.ts'

/** A message of Anthropic's Messages, assignable to the package's `MessageParam`. */
export type AnthropicMessage =
  | { role: 'user'; content: string | (AnthropicText | AnthropicFile | AnthropicResult)[] }
  | { role: 'assistant'; content: string | (AnthropicText | AnthropicThinking | AnthropicCall | AnthropicSearch)[] }

interface AnthropicText {
  type: 'text'
  text: string
}

type AnthropicThinking = { type: 'thinking'; thinking: string; signature: string } | { type: 'redacted_thinking'; data: string }

interface AnthropicCall {
  type: 'tool_use'
  id: string
  name: string
  input: JsonFields
}

interface AnthropicResult {
  type: 'tool_result'
  tool_use_id: string
  content: string
  is_error?: true
}

/** A search that Anthropic has run, and what it found. */
type AnthropicSearch =
  | { type: 'server_tool_use'; id: string; name: 'web_search'; input: JsonFields }
  | { type: 'web_search_tool_result'; tool_use_id: string; content: AnthropicFound[] }

interface AnthropicFound {
  type: 'web_search_result'
  url: string
  title: string
  encrypted_content: string
  page_age?: string
}

type AnthropicFile =
  | {
      type: 'image'
      source: { type: 'url'; url: string } | { type: 'base64'; media_type: AnthropicImageType; data: string }
    }
  | {
      type: 'document'
      source: { type: 'url'; url: string } | { type: 'base64'; media_type: 'application/pdf'; data: string }
      title?: string
    }

type AnthropicImageType = 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp'

/**
 * A conversation as the `messages` of Anthropic's Messages. The rules are those of `modelMessages`; results of tools begin the user's
 * message behind the calls. Thinking is passed back with its signature, redacted thinking as it came. Of the tools that Anthropic runs, the
 * web search is passed back with `providerTools`.
 */
export function anthropicMessages(
  messages: readonly Message[],
  options: Omit<ModelInputOptions, 'itemIds'> & FileReading,
): Promise<AnthropicMessage[]>
export function anthropicMessages(messages: readonly Message[], options?: Omit<ModelInputOptions, 'itemIds'>): AnthropicMessage[]
export function anthropicMessages(
  messages: readonly Message[],
  options: Omit<ModelInputOptions, 'itemIds'> & Partial<FileReading> = {},
): AnthropicMessage[] | Promise<AnthropicMessage[]> {
  return withFiles(messages, options, (contents) => write(messages, options, contents))
}

function write(
  messages: readonly Message[],
  { files = () => true, reasoning = true, providerTools = false, results }: Omit<ModelInputOptions, 'itemIds'>,
  contents?: KnownContents,
): AnthropicMessage[] {
  const turns = turnsOf(
    messages,
    {
      reasoning: (part) => reasoning && part.state === 'done' && thinkingOf(part.text, part.providerMetadata) !== undefined,
      ownCall: (part) => providerTools && foundBy(part) !== undefined,
      file: ({ part }) => files(part),
      contents,
    },
    results,
  )
  const given: AnthropicMessage[] = []
  let returned: readonly AnthropicResult[] = []
  for (const turn of turns) {
    if (turn.role === 'user') {
      given.push({ role: 'user', content: userContent(returned, turn.content) })
      returned = []
      continue
    }
    for (const step of turn.steps) {
      if (returned.length > 0) given.push({ role: 'user', content: [...returned] })
      given.push({ role: 'assistant', content: stepContent(step) })
      returned = step.flatMap((piece) => (piece.type === 'call' && piece.part.providerExecuted !== true ? [resultOf(piece)] : []))
    }
  }
  if (returned.length > 0) given.push({ role: 'user', content: [...returned] })
  return given
}

function userContent(
  results: readonly AnthropicResult[],
  content: readonly (Words | UserFile)[],
): string | (AnthropicText | AnthropicFile | AnthropicResult)[] {
  const [only] = content
  if (results.length === 0 && content.length === 1 && only?.type === 'words') return only.text
  return [...results, ...content.map((piece) => (piece.type === 'words' ? textOf(piece) : fileOf(piece)))]
}

function textOf({ text }: Words): AnthropicText {
  return { type: 'text', text }
}

function fileOf(file: UserFile): AnthropicFile {
  if (file.kind === 'image') {
    const media = file.mediaType as AnthropicImageType // Contents of the kind `image` have one of these types.
    return {
      type: 'image',
      source: file.url === undefined ? { type: 'base64', media_type: media, data: file.base64 } : { type: 'url', url: file.url },
    }
  }
  return {
    type: 'document',
    source:
      file.url === undefined
        ? { type: 'base64', media_type: 'application/pdf', data: file.base64 }
        : { type: 'url', url: file.url },
    ...(file.filename !== undefined && { title: file.filename }),
  }
}

type Content = Extract<AnthropicMessage, { readonly role: 'assistant' }>['content']

function stepContent(step: Step): Content {
  const [only] = step
  if (step.length === 1 && only?.type === 'words') return only.text
  return step.flatMap((piece): Exclude<Content, string> => {
    if (piece.type === 'words') return [textOf(piece)]
    if (piece.type === 'thought') return [thinkingOf(piece.text, piece.metadata)].filter((block) => block !== undefined)
    const { id, name, input, part } = piece
    if (part.providerExecuted !== true) return [{ type: 'tool_use', id, name, input }]
    return [
      { type: 'server_tool_use', id, name: 'web_search', input },
      { type: 'web_search_tool_result', tool_use_id: id, content: foundBy(part) ?? [] },
    ]
  })
}

/** Anthropic refuses thinking that it has not signed, so what was cut off is left out. */
function thinkingOf(text: string, metadata: ReasoningPart['providerMetadata']): AnthropicThinking | undefined {
  const signature = providerText(metadata, 'anthropic', 'signature')
  if (signature !== undefined) return { type: 'thinking', thinking: text, signature }
  const data = providerText(metadata, 'anthropic', 'redactedData')
  return data === undefined ? undefined : { type: 'redacted_thinking', data }
}

function resultOf({ id, result }: ToolCall): AnthropicResult {
  const failed = result.type === 'error' || result.type === 'denied' || result.type === 'approved'
  return { type: 'tool_result', tool_use_id: id, content: textOfResult(result), ...(failed && { is_error: true as const }) }
}

/** What a web search found, in the words of Anthropic or of the AI SDK; undefined for other tools, and for what is not complete. */
function foundBy(part: CallPart): AnthropicFound[] | undefined {
  const { type, state, preliminary, output } = part
  if (!isSearch(type, part) || state !== 'output-available' || preliminary === true || !Array.isArray(output)) return undefined
  const found = output.map(foundIn)
  return found.every((each) => each !== undefined) ? found : undefined
}

function isSearch(type: string, part: CallPart): boolean {
  return type === 'tool-web_search' || (type === 'dynamic-tool' && 'toolName' in part && part.toolName === 'web_search')
}

function foundIn(given: unknown): AnthropicFound | undefined {
  if (typeof given !== 'object' || given === null) return undefined
  const fields = given as Readonly<Record<string, unknown>> // An object: each field is checked.
  const { type, url, title } = fields
  const encrypted = fields['encrypted_content'] ?? fields['encryptedContent']
  const age = fields['page_age'] ?? fields['pageAge']
  if (type !== 'web_search_result' || typeof url !== 'string' || typeof title !== 'string') return undefined
  if (typeof encrypted !== 'string' || encrypted === '') return undefined
  return { type, url, title, encrypted_content: encrypted, ...(typeof age === 'string' && { page_age: age }) }
}
