import type { Message, ReasoningPart } from '@streamfold/core'
import type { ModelInputOptions } from './options.ts'
import type { FileReading } from './read-files.ts'
import { withFiles } from './read-files.ts'
import type { Json, JsonFields } from './plain-json.ts'
import type { ProviderOptions } from './provider-metadata.ts'
import { providerOptions, providerText } from './provider-metadata.ts'
import type { ToolCall, ToolResult } from './tool-call.ts'
import { textOfResult } from './tool-call.ts'
import type { Step, UserTurn } from './turns.ts'
import { turnsOf } from './turns.ts'
import type { KnownContents, UserFile } from './user-file.ts'

/** A message as the AI SDK takes it, assignable to its `ModelMessage`. */
export type AiSdkMessage =
  | { role: 'user'; content: string | (AiSdkText | AiSdkFile)[] }
  | { role: 'assistant'; content: string | (AiSdkText | AiSdkReasoning | AiSdkCall | AiSdkApprovalRequest | AiSdkResult)[] }
  | { role: 'tool'; content: (AiSdkResult | AiSdkApproval)[] }

interface AiSdkText {
  type: 'text'
  text: string
}

interface AiSdkFile {
  type: 'file'
  mediaType: string
  filename?: string
  data: { type: 'url'; url: URL } | { type: 'data'; data: string }
}

interface AiSdkReasoning {
  type: 'reasoning'
  text: string
  providerOptions?: ProviderOptions
}

interface AiSdkCall {
  type: 'tool-call'
  toolCallId: string
  toolName: string
  input: JsonFields
  providerExecuted?: boolean
  providerOptions?: ProviderOptions
}

interface AiSdkApprovalRequest {
  type: 'tool-approval-request'
  approvalId: string
  toolCallId: string
}

interface AiSdkApproval {
  type: 'tool-approval-response'
  approvalId: string
  approved: boolean
  reason?: string
}

interface AiSdkResult {
  type: 'tool-result'
  toolCallId: string
  toolName: string
  output:
    | { type: 'text'; value: string }
    | { type: 'json'; value: Json }
    | { type: 'error-text'; value: string }
    | { type: 'execution-denied'; reason: string }
  providerOptions?: ProviderOptions
}

/**
 * A conversation as the `messages` of the AI SDK's `streamText`, with calls and results of tools, signed reasoning and files of users.
 *
 * The result is valid for every provider, whatever is in the conversation: roles alternate and the user begins, as in `chatMessages`; each
 * call has a result directly behind it, and a call without one is closed with an error that says so; inputs are objects, ids are unique.
 * Sources, data, steps and files of the assistant are left out. Give `streamText` the tools of the conversation too: some providers refuse
 * calls of tools that the request does not have.
 */
export function modelMessages(messages: readonly Message[], options: ModelInputOptions & FileReading): Promise<AiSdkMessage[]>
export function modelMessages(messages: readonly Message[], options?: ModelInputOptions): AiSdkMessage[]
export function modelMessages(
  messages: readonly Message[],
  options: ModelInputOptions & Partial<FileReading> = {},
): AiSdkMessage[] | Promise<AiSdkMessage[]> {
  return withFiles(messages, options, (contents) => write(messages, options, contents))
}

function write(messages: readonly Message[], options: ModelInputOptions, contents?: KnownContents): AiSdkMessage[] {
  const { files = () => true, reasoning = true, providerTools = false, itemIds = false, results } = options
  const turns = turnsOf(
    messages,
    {
      reasoning: (part) => reasoning && isSigned(part, itemIds),
      ownCall: (part) =>
        providerTools && part.state === 'output-available' && part.preliminary !== true && part.output !== undefined,
      file: ({ part }) => files(part),
      contents,
    },
    results,
  )
  const lastTurn = turns.at(-1)
  const last = lastTurn?.role === 'assistant' ? lastTurn.steps.at(-1) : undefined
  return turns.flatMap((turn): AiSdkMessage[] =>
    turn.role === 'user'
      ? [{ role: 'user', content: contentOf(turn) }]
      : turn.steps.flatMap((step): AiSdkMessage[] => {
          // The AI SDK runs what was approved in the last message, and nothing before.
          const answers = step.flatMap((piece) =>
            piece.type === 'call' && !isOwn(piece) ? [(step === last && approvalOf(piece)) || resultOf(piece)] : [],
          )
          const said: AiSdkMessage = { role: 'assistant', content: stepContent(step, itemIds, step === last) }
          return answers.length > 0 ? [said, { role: 'tool', content: answers }] : [said]
        }),
  )
}

/** The AI SDK sends the reasoning of OpenAI and Anthropic with a proof only; reasoning without any metadata is of a model that needs none back. */
function isSigned({ providerMetadata: metadata, state }: ReasoningPart, itemIds: boolean): boolean {
  if (state !== 'done' || !metadata) return false
  return Object.keys(metadata).some((provider) => {
    if (provider === 'openai' || provider === 'azure')
      return (
        providerText(metadata, provider, 'reasoningEncryptedContent') !== undefined ||
        (itemIds && providerText(metadata, provider, 'itemId') !== undefined)
      )
    return Object.values(metadata[provider] ?? {}).some((value) => typeof value === 'string' && value !== '')
  })
}

function isOwn({ part }: ToolCall): boolean {
  return part.providerExecuted === true
}

function contentOf({ content }: UserTurn): string | (AiSdkText | AiSdkFile)[] {
  const [only] = content
  if (content.length === 1 && only?.type === 'words') return only.text
  return content.map((piece) => (piece.type === 'words' ? { type: 'text', text: piece.text } : fileOf(piece)))
}

function fileOf(file: UserFile): AiSdkFile {
  const { mediaType, filename, url } = file
  const data: AiSdkFile['data'] = url === undefined ? { type: 'data', data: file.base64 } : { type: 'url', url: new URL(url) }
  return { type: 'file', mediaType, ...(filename !== undefined && { filename }), data }
}

type Content = Extract<AiSdkMessage, { readonly role: 'assistant' }>['content']

/** @param isLast whether approved calls of it are to be run */
function stepContent(step: Step, itemIds: boolean, isLast: boolean): Content {
  const [only] = step
  if (step.length === 1 && only?.type === 'words') return only.text
  return step.flatMap((piece): Exclude<Content, string> => {
    if (piece.type === 'words') return [{ type: 'text', text: piece.text }]
    if (piece.type === 'thought') return [{ type: 'reasoning', text: piece.text, ...providerOptions(piece.metadata, itemIds) }]
    const call: AiSdkCall = {
      type: 'tool-call',
      toolCallId: piece.id,
      toolName: piece.name,
      input: piece.input,
      ...(isOwn(piece) && { providerExecuted: true }),
      ...providerOptions(piece.part.callProviderMetadata, itemIds),
    }
    if (isOwn(piece)) return [call, { ...resultOf(piece), ...providerOptions(piece.part.resultProviderMetadata, itemIds) }]
    const approval = isLast ? approvalOf(piece) : undefined
    if (!approval) return [call]
    return [call, { type: 'tool-approval-request', approvalId: approval.approvalId, toolCallId: piece.id }]
  })
}

/** What makes the AI SDK run a call: the question is passed with the call, and the answer in place of its result. */
function approvalOf({ result, part }: ToolCall): AiSdkApproval | undefined {
  if (result.type !== 'approved') return undefined
  const reason = part.approval?.reason
  const { approvalId } = result
  return { type: 'tool-approval-response', approvalId, approved: true, ...(reason !== undefined && { reason }) }
}

function resultOf({ id, name, result }: ToolCall): AiSdkResult {
  return { type: 'tool-result', toolCallId: id, toolName: name, output: outputOf(result) }
}

function outputOf(result: ToolResult): AiSdkResult['output'] {
  switch (result.type) {
    case 'output':
      return typeof result.value === 'string'
        ? { type: 'text', value: textOfResult(result) }
        : { type: 'json', value: result.value }
    case 'unavailable':
      return { type: 'text', value: result.text }
    case 'error':
    case 'approved':
      return { type: 'error-text', value: result.text }
    case 'denied':
      return { type: 'execution-denied', reason: result.text }
    default:
      return result satisfies never
  }
}
