import type { Message, ReasoningPart } from '@streamfold/core'
import type { ModelInputOptions } from './options.ts'
import type { FileReading } from './read-files.ts'
import { withFiles } from './read-files.ts'
import { providerText } from './provider-metadata.ts'
import type { ToolCall } from './tool-call.ts'
import { textOfResult } from './tool-call.ts'
import type { Thought } from './pieces.ts'
import type { Step, UserTurn } from './turns.ts'
import { turnsOf } from './turns.ts'
import type { KnownContents, UserFile } from './user-file.ts'

/** An item of the input of OpenAI's Responses, assignable to the package's `ResponseInputItem`. */
export type OpenAIInputItem =
  | { role: 'user'; content: string | (OpenAIInputText | OpenAIInputImage | OpenAIInputFile)[] }
  | { role: 'assistant'; content: string }
  | { type: 'reasoning'; id: string; summary: { type: 'summary_text'; text: string }[]; encrypted_content: string }
  | { type: 'item_reference'; id: string }
  | { type: 'function_call'; call_id: string; name: string; arguments: string }
  | { type: 'function_call_output'; call_id: string; output: string }

interface OpenAIInputText {
  type: 'input_text'
  text: string
}

interface OpenAIInputImage {
  type: 'input_image'
  image_url: string
  detail: 'auto'
}

type OpenAIInputFile = { type: 'input_file'; file_url: string } | { type: 'input_file'; filename: string; file_data: string }

/**
 * A conversation as the `input` of OpenAI's Responses. The rules are those of `modelMessages`. Reasoning is passed back if it came encrypted
 * (`include: ['reasoning.encrypted_content']` in the request), by its id only with `itemIds`. Tools that OpenAI has run are left out.
 */
export function openAIInput(
  messages: readonly Message[],
  options: Omit<ModelInputOptions, 'providerTools'> & FileReading,
): Promise<OpenAIInputItem[]>
export function openAIInput(messages: readonly Message[], options?: Omit<ModelInputOptions, 'providerTools'>): OpenAIInputItem[]
export function openAIInput(
  messages: readonly Message[],
  options: Omit<ModelInputOptions, 'providerTools'> & Partial<FileReading> = {},
): OpenAIInputItem[] | Promise<OpenAIInputItem[]> {
  return withFiles(messages, options, (contents) => write(messages, options, contents))
}

function write(
  messages: readonly Message[],
  { files = () => true, reasoning = true, itemIds = false, results }: Omit<ModelInputOptions, 'providerTools'>,
  contents?: KnownContents,
): OpenAIInputItem[] {
  const turns = turnsOf(
    messages,
    {
      reasoning: (part) => reasoning && isUsable(part, itemIds),
      ownCall: () => false,
      file: ({ part }) => files(part),
      contents,
    },
    results,
  )
  const items = turns.flatMap((turn): OpenAIInputItem[] =>
    turn.role === 'user' ? [{ role: 'user', content: contentOf(turn) }] : turn.steps.flatMap(itemsOf),
  )
  return withoutRepeatedItems(items)
}

/** OpenAI refuses a request in which an id is there twice. */
function withoutRepeatedItems(items: readonly OpenAIInputItem[]): OpenAIInputItem[] {
  const ids = new Set<string>()
  return items.filter((item) => !('id' in item) || (!ids.has(item.id) && ids.add(item.id)))
}

function isUsable({ state, providerMetadata: metadata }: ReasoningPart, itemIds: boolean): boolean {
  if (state !== 'done' || providerText(metadata, 'openai', 'itemId') === undefined) return false
  return itemIds || providerText(metadata, 'openai', 'reasoningEncryptedContent') !== undefined
}

function contentOf({ content }: UserTurn): string | (OpenAIInputText | OpenAIInputImage | OpenAIInputFile)[] {
  const [only] = content
  if (content.length === 1 && only?.type === 'words') return only.text
  return content.map((piece) => (piece.type === 'words' ? { type: 'input_text', text: piece.text } : fileOf(piece)))
}

function fileOf(file: UserFile): OpenAIInputImage | OpenAIInputFile {
  const url = file.url ?? `data:${file.mediaType};base64,${file.base64}`
  if (file.kind === 'image') return { type: 'input_image', image_url: url, detail: 'auto' }
  if (file.url !== undefined) return { type: 'input_file', file_url: url }
  return { type: 'input_file', filename: file.filename ?? 'document.pdf', file_data: url }
}

function itemsOf(step: Step): readonly OpenAIInputItem[] {
  const calls = step.filter((piece): piece is ToolCall => piece.type === 'call')
  const items = step.map((piece): OpenAIInputItem => {
    if (piece.type === 'words') return { role: 'assistant', content: piece.text }
    if (piece.type === 'thought') return reasoningOf(piece)
    return { type: 'function_call', call_id: piece.id, name: piece.name, arguments: JSON.stringify(piece.input) }
  })
  const outputs = calls.map(
    ({ id, result }) => ({ type: 'function_call_output', call_id: id, output: textOfResult(result) }) as const,
  )
  return [...items, ...outputs]
}

function reasoningOf({ text, metadata }: Thought): OpenAIInputItem {
  const id = providerText(metadata, 'openai', 'itemId')! // Reasoning without an id is left out.
  const encrypted = providerText(metadata, 'openai', 'reasoningEncryptedContent')
  if (encrypted === undefined) return { type: 'item_reference', id }
  const summary = text === '' ? [] : [{ type: 'summary_text' as const, text }]
  return { type: 'reasoning', id, summary, encrypted_content: encrypted }
}
