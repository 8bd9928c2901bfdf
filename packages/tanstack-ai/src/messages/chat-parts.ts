import type { CallPart } from '@streamfold/client'
import type { Message, MessagePart } from '@streamfold/core'
import type { MessagePart as ChatPart, ToolCallPart, ToolResultPart } from '@tanstack/ai/client'

/**
 * The parts of a message as TanStack AI has them. The results of a step's calls follow its calls, as its own agent gives them. Parts without text, and
 * those that have no shape there, are left out.
 *
 * @param callIds the ids of its calls, in order
 */
export function chatParts(message: Message, callIds: readonly string[]): ChatPart[] {
  const made: ChatPart[] = []
  const results: ToolResultPart[] = []
  let calls = 0
  for (const [at, part] of message.parts.entries()) {
    if ('toolCallId' in part) {
      const id = callIds[calls++] ?? part.toolCallId
      const call = callPart(part, id, message)
      made.push(call)
      const result = resultOf(call)
      if (result) results.push(result)
      continue
    }
    const next = otherPart(part, at)
    if (next || part.type === 'step-start') made.push(...results.splice(0))
    if (next) made.push(next)
  }
  return [...made, ...results]
}

function otherPart(part: Exclude<MessagePart, CallPart>, at: number): ChatPart | undefined {
  switch (part.type) {
    case 'text': {
      const { text, state, citations = [] } = part
      if (text === '') return undefined
      const isCited = state === 'done' && citations.length > 0
      return { type: 'text', content: text, ...(isCited && { metadata: { citations } }) }
    }
    case 'reasoning':
      return part.text === '' ? undefined : { type: 'thinking', content: part.text, stepId: thinkingId(at) }
    case 'file': {
      const { url, mediaType, filename, alt } = part
      const named = filename !== undefined || alt !== undefined
      return {
        type: kindOf(mediaType),
        source: { type: 'url', value: url, mimeType: mediaType },
        ...(named && {
          metadata: { ...(filename !== undefined && { filename }), ...(alt !== undefined && { alt }) },
        }),
      }
    }
    default:
      return undefined
  }
}

function thinkingId(at: number): string {
  return `thinking-${at}`
}

function kindOf(mediaType: string): 'image' | 'audio' | 'video' | 'document' {
  const [kind] = mediaType.split('/', 1)
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'document'
}

/** A call. What its output is, if there is one, shows `resultOf`. */
function callPart(part: CallPart, id: string, { finish }: Message): ToolCallPart {
  const { type, inputText, approval, title, providerExecuted } = part
  const name = part.type === 'dynamic-tool' ? part.toolName : type.slice('tool-'.length)
  const state = stateOf(part, finish)
  const input = state === 'awaiting-input' || state === 'input-streaming' ? undefined : parsed(part)
  const output = outputOf(part, state)
  const isDescribed = title !== undefined || providerExecuted === true
  const call = {
    type: 'tool-call',
    id,
    name,
    arguments: inputText === '' && input !== undefined ? JSON.stringify(input) : inputText,
    state,
    ...(approval && {
      approval: {
        id: approval.id,
        needsApproval: true,
        ...(approval.approved !== undefined && { approved: approval.approved }),
      },
    }),
    ...(output !== undefined && { output }),
    ...(input !== undefined && { input }),
    ...(isDescribed && {
      metadata: { ...(title !== undefined && { title }), ...(providerExecuted && { providerExecuted }) },
    }),
  }
  return call as ToolCallPart // The product's tools say which names and inputs there are.
}

function stateOf({ state, inputText, approval }: CallPart, finish: Message['finish']): ToolCallPart['state'] {
  switch (state) {
    case 'input-streaming':
      return inputText === '' ? 'awaiting-input' : 'input-streaming'
    case 'input-available':
      return 'input-complete'
    case 'output-available':
      return 'complete'
    case 'output-error':
      return 'error'
    // TanStack AI has no other state of a call that was denied.
    case 'output-denied':
      return 'approval-responded'
    case 'interrupted':
      // A run that ended with calls waits for the page, or for a person.
      if (finish !== 'tool-calls') return 'error'
      if (!approval) return 'input-complete'
      return approval.approved === undefined ? 'approval-requested' : 'approval-responded'
    default:
      return state
  }
}

/** TanStack AI gives a complete input only, and none where it cannot be read. */
function parsed({ state, input, inputText }: CallPart): unknown {
  if (state !== 'output-error' && state !== 'interrupted') return input ?? undefined
  try {
    return (JSON.parse(inputText) as unknown) ?? undefined
  } catch {
    return undefined
  }
}

function outputOf({ output, errorText }: CallPart, state: ToolCallPart['state']): unknown {
  if (state === 'complete') return output ?? null
  return state === 'error' ? { error: errorText ?? 'the answer ended before the tool gave a result' } : undefined
}

/** What the model is given of a call's output. */
function resultOf({ id, state, output }: ToolCallPart): ToolResultPart | undefined {
  if (state !== 'complete' && state !== 'error') return undefined
  const content = contentOf(output)
  if (state === 'complete') return { type: 'tool-result', toolCallId: id, content, state: 'complete' }
  const { error } = output as { readonly error: string } // As `outputOf` makes it.
  return { type: 'tool-result', toolCallId: id, content, state: 'error', ...(error !== '' && { error }) }
}

/** TanStack AI parses the content of a result as JSON, and takes it as it is where it is none. */
function contentOf(output: unknown): string {
  return typeof output === 'string' && !isJson(output) ? output : JSON.stringify(output)
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
