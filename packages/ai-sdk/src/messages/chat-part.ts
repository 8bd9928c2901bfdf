import type { Message, MessagePart } from '@streamfold/core'
import type { ChatCitation, SourcePart } from './chat-citations.ts'
import { chatCitation, citedSources } from './chat-citations.ts'
import type { ProviderMetadata, ToolMetadata } from './provider-metadata.ts'

interface Approval {
  id: string
  requestReason?: string
  reason?: string
}

type Call = {
  toolCallId: string
  title?: string
  toolMetadata?: ToolMetadata
  providerExecuted?: boolean
  callProviderMetadata?: ProviderMetadata
} & (
  | { state: 'input-streaming'; input: unknown; rawInput?: string; output?: never; errorText?: never; approval?: never }
  | { state: 'input-available'; input: unknown; output?: never; errorText?: never; approval?: never }
  | {
      state: 'approval-requested'
      input: unknown
      output?: never
      errorText?: never
      approval: Approval & { approved?: never; reason?: never }
    }
  | { state: 'approval-responded'; input: unknown; output?: never; errorText?: never; approval: Approval & { approved: boolean } }
  | {
      state: 'output-available'
      input: unknown
      output: unknown
      errorText?: never
      preliminary?: boolean
      resultProviderMetadata?: ProviderMetadata
      approval?: Approval & { approved: true }
    }
  | {
      state: 'output-error'
      input: unknown
      output?: never
      errorText: string
      resultProviderMetadata?: ProviderMetadata
      approval?: Approval & { approved: true }
    }
  | { state: 'output-denied'; input: unknown; output?: never; errorText?: never; approval: Approval & { approved: false } }
)

/** A call of a tool, in a message of `useChat`. */
export type ToolChatPart = ({ type: `tool-${string}` } & Call) | ({ type: 'dynamic-tool'; toolName: string } & Call)

/** A part of a message, as `useChat` of the AI SDK has it. */
export type ChatPart =
  | {
      type: 'text'
      citations?: ChatCitation[]
      text: string
      state?: 'streaming' | 'done'
      providerMetadata?: ProviderMetadata
    }
  | { type: 'reasoning'; id?: string; text: string; state?: 'streaming' | 'done'; providerMetadata?: ProviderMetadata }
  | ToolChatPart
  | { type: 'source-url'; sourceId: string; url: string; title?: string; providerMetadata?: ProviderMetadata }
  | {
      type: 'source-document'
      sourceId: string
      mediaType: string
      title: string
      filename?: string
      providerMetadata?: ProviderMetadata
    }
  | { type: 'file'; mediaType: string; url: string; filename?: string; providerMetadata?: ProviderMetadata }
  | { type: 'reasoning-file'; mediaType: string; url: string; providerMetadata?: ProviderMetadata }
  | { type: 'custom'; kind: `${string}.${string}`; providerMetadata?: ProviderMetadata }
  | { type: `data-${string}`; id?: string; data: unknown }
  | { type: 'step-start' }

/** Fields of the AI SDK's tool parts that are the same here. */
const ofCalls = [
  'toolName',
  'toolCallId',
  'title',
  'toolMetadata',
  'providerExecuted',
  'callProviderMetadata',
  'resultProviderMetadata',
] as const

/**
 * The parts of a message of a conversation, for renderers and functions of the AI SDK: those that `useChat` has. An answer begins with a
 * step, as there; a call without a result is `output-error`, or waits if the model ended with calls; steering prompts are left out, because
 * they are messages of their own here. The same part gives the same object.
 */
export function chatParts(message: Message): ChatPart[] {
  const { role, parts } = message
  const made = parts.flatMap((part, at) => (part.type === 'steering-message' ? [] : [chatPart(part, at, message)]))
  // Data may come before the first step. A response says its first step only then.
  const first = made.find(({ type }) => !type.startsWith('data-'))
  return role === 'user' || !first || first.type === 'step-start' ? made : [firstStep, ...made]
}

const firstStep: ChatPart = { type: 'step-start' }
const made = new WeakMap<MessagePart, Made>()

interface Made {
  readonly part: ChatPart
  readonly finish: Message['finish']
  readonly sources: Sources
}

/** The source of each citation. */
type Sources = readonly (SourcePart | undefined)[]

/** The same part gives the same object. */
function chatPart(part: MessagePart, at: number, { role, finish, parts }: Message): ChatPart {
  const sources = citedSources(part, parts)
  const known = made.get(part)
  if (known && known.finish === finish && known.sources.every((source, n) => source === sources[n])) return known.part
  const next = makePart(part, at, role === 'user', finish, sources) as ChatPart // The shapes are the AI SDK's.
  if (next.type.startsWith('data-') && 'state' in part && part.state === 'streaming') incomplete.add(next)
  made.set(part, { part: next, finish, sources })
  return next
}

/** Data whose end has not arrived. */
const incomplete = new WeakSet<ChatPart>()

/** Whether more of a data part is to arrive. */
export function isIncomplete(part: ChatPart): boolean {
  return incomplete.has(part)
}

function makePart(part: MessagePart, at: number, isUsers: boolean, finish: Message['finish'], sources: Sources): object {
  if ('toolCallId' in part) return callPart(part, finish)
  switch (part.type) {
    case 'text': {
      const { id: _, citations = [], ...rest } = part
      const cited = citations.flatMap((citation, n) => (sources[n] ? [chatCitation(citation, sources[n])] : []))
      return cited.length === 0 ? rest : { ...rest, citations: cited }
    }
    case 'reasoning': {
      const { durationMs: _, id = String(at), ...rest } = part
      return { ...rest, id }
    }
    case 'file':
    case 'reasoning-file': {
      if (isUsers) return part
      // No chunk has a file's name.
      const { filename: _, ...rest } = part
      return rest
    }
    case 'custom': {
      const { data: _, ...rest } = part
      return rest
    }
    default: {
      if (!('data' in part)) return part
      const { state: _, ...rest } = part
      return rest
    }
  }
}

function callPart(part: Extract<MessagePart, { readonly toolCallId: string }>, finish: Message['finish']): object {
  const { type, inputText, output, errorText, preliminary, approval } = part
  // A run that ended with calls waits for the page, or for a person.
  const waits = approval?.approved === undefined ? (approval ? 'approval-requested' : 'input-available') : 'approval-responded'
  const interrupted = finish === 'tool-calls' ? waits : 'output-error'
  const state = part.state === 'interrupted' ? interrupted : part.state
  const call: Record<string, unknown> = {
    type,
    state,
    // While it streams, parsing it for each delta is left to the reader.
    get input() {
      return part.input
    },
  }
  const all = part as unknown as Record<string, unknown> // Read by name.
  for (const name of ofCalls) if (all[name] !== undefined) call[name] = all[name]
  if (state === 'input-streaming' && inputText !== '') call['rawInput'] = inputText
  if (state === 'output-available') Object.assign(call, { output }, preliminary && { preliminary })
  if (state === 'output-error') call['errorText'] = errorText ?? 'the answer ended before the tool gave a result'
  if (approval) {
    const { id, approved, reason, requestReason } = approval
    call['approval'] = {
      id,
      ...(requestReason !== undefined && { requestReason }),
      ...(approved !== undefined && { approved }),
      ...(reason !== undefined && { reason }),
    }
  }
  return call
}
