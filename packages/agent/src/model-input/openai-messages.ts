import type { Message } from '@streamfold/core'
import type { ModelInputOptions } from './options.ts'
import type { FileReading } from './read-files.ts'
import { withFiles } from './read-files.ts'
import type { ToolCall } from './tool-call.ts'
import { textOfResult } from './tool-call.ts'
import type { Step, UserTurn } from './turns.ts'
import { turnsOf } from './turns.ts'
import type { KnownContents, UserFile } from './user-file.ts'

/** A message of OpenAI's chat completions, assignable to the package's `ChatCompletionMessageParam`. */
export type OpenAIMessage =
  | { role: 'user'; content: string | (OpenAIText | OpenAIImage | OpenAIFile)[] }
  | { role: 'assistant'; content: string | null; tool_calls?: OpenAICall[] }
  | { role: 'tool'; tool_call_id: string; content: string }

interface OpenAIText {
  type: 'text'
  text: string
}

interface OpenAIImage {
  type: 'image_url'
  image_url: { url: string }
}

interface OpenAIFile {
  type: 'file'
  file: { filename: string; file_data: string }
}

interface OpenAICall {
  type: 'function'
  id: string
  function: { name: string; arguments: string }
}

/**
 * A conversation as the `messages` of OpenAI's chat completions, and of servers that speak its protocol. The rules are those of
 * `modelMessages`. Reasoning and tools that the provider has run have no place in this format. A PDF is passed if the message holds it; an
 * address of one is not accepted.
 */
export function openAIMessages(
  messages: readonly Message[],
  options: Pick<ModelInputOptions, 'files' | 'results'> & FileReading,
): Promise<OpenAIMessage[]>
export function openAIMessages(
  messages: readonly Message[],
  options?: Pick<ModelInputOptions, 'files' | 'results'>,
): OpenAIMessage[]
export function openAIMessages(
  messages: readonly Message[],
  options: Pick<ModelInputOptions, 'files' | 'results'> & Partial<FileReading> = {},
): OpenAIMessage[] | Promise<OpenAIMessage[]> {
  return withFiles(messages, options, (contents) => write(messages, options, contents))
}

function write(
  messages: readonly Message[],
  { files = () => true, results }: Pick<ModelInputOptions, 'files' | 'results'>,
  contents?: KnownContents,
): OpenAIMessage[] {
  const turns = turnsOf(
    messages,
    {
      reasoning: () => false,
      ownCall: () => false,
      file: ({ kind, url, part }) => (kind === 'image' || url === undefined) && files(part),
      contents,
    },
    results,
  )
  return turns.flatMap((turn): OpenAIMessage[] =>
    turn.role === 'user' ? [{ role: 'user', content: contentOf(turn) }] : turn.steps.flatMap(messagesOf),
  )
}

function contentOf({ content }: UserTurn): string | (OpenAIText | OpenAIImage | OpenAIFile)[] {
  const [only] = content
  if (content.length === 1 && only?.type === 'words') return only.text
  return content.map((piece) => (piece.type === 'words' ? { type: 'text', text: piece.text } : fileOf(piece)))
}

function fileOf(file: UserFile): OpenAIImage | OpenAIFile {
  const url = file.url ?? `data:${file.mediaType};base64,${file.base64}`
  if (file.kind === 'image') return { type: 'image_url', image_url: { url } }
  return { type: 'file', file: { filename: file.filename ?? 'document.pdf', file_data: url } }
}

function messagesOf(step: Step): readonly OpenAIMessage[] {
  const texts = step.flatMap((piece) => (piece.type === 'words' ? [piece.text] : []))
  const calls = step.filter((piece): piece is ToolCall => piece.type === 'call')
  const content = texts.length > 0 ? texts.join('\n\n') : null
  if (calls.length === 0) return [{ role: 'assistant', content }]
  return [
    {
      role: 'assistant',
      content,
      tool_calls: calls.map(({ id, name, input }) => ({
        type: 'function',
        id,
        function: { name, arguments: JSON.stringify(input) },
      })),
    },
    ...calls.map(({ id, result }) => ({ role: 'tool', tool_call_id: id, content: textOfResult(result) }) as const),
  ]
}
