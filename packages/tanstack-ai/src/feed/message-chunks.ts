import type { MessagePart as ChatPart, ToolCallPart, ToolResultPart } from '@tanstack/ai/client'
import type { ChatChunk } from './chat-chunk.ts'
import { isSame } from './is-same.ts'
import type { ChatUIMessage } from '../messages/ui-message.ts'

/**
 * What the stream processor of TanStack AI remembers of the message that it was given last, beside the message. It forgets this with a snapshot, and then
 * takes the last text of a message as the beginning of what follows.
 */
export interface Remembered {
  /** Message id. */
  readonly id: string
  /** The text that the next delta of text extends. */
  readonly text: string
  /** Whether a call came after that text, so that the next delta begins another one. */
  readonly called: boolean
  readonly thoughts: ReadonlyMap<string, string>
  /** The thought that a delta extends. */
  readonly thought: string | undefined
  /** The calls whose input may still be extended. */
  readonly calls: ReadonlySet<string>
}

/** The chunks after which a chat shows a message. */
export interface Growth {
  readonly chunks: readonly ChatChunk[]
  readonly remembered: Remembered | undefined
}

/**
 * The chunks after which a chat shows `next` where it showed `given`, the last message. Undefined where only a snapshot can do that: content was
 * replaced, or the processor would add the next delta to something else.
 *
 * @param given undefined for a message that the chat does not have
 * @param remembered what the processor remembers, undefined if that is about another message
 */
export function messageChunks(
  given: ChatUIMessage | undefined,
  next: ChatUIMessage,
  remembered: Remembered | undefined,
): Growth | undefined {
  const { id, metadata } = next
  const chunks: ChatChunk[] = []
  let known = remembered && { ...remembered }
  /** The parts that the chat shows after the chunks so far. */
  const parts: ChatPart[] = [...(given?.parts ?? [])]
  /** Calls whose output is still to be given, which is done with its result. */
  const due = new Map<string, ToolCallPart>()

  /** The processor finds where text and thoughts go only in a message that was started after its last snapshot. */
  function start(): Remembered {
    if (!known) {
      chunks.push({ type: 'TEXT_MESSAGE_START', messageId: id, role: 'assistant' })
      known = begun(id)
    }
    return known
  }

  function addText(part: Extract<ChatPart, { type: 'text' }>, before: string): boolean {
    const { content, metadata: cited } = part
    if (cited !== undefined || !content.startsWith(before)) return false
    // Without a memory, the first delta extends the last text that the message has.
    const isAnother = known?.called === true && known.text !== ''
    const extended = !known || isAnother ? before : known.text
    if (extended !== before) return false
    chunks.push({ type: 'TEXT_MESSAGE_CONTENT', messageId: id, delta: content.slice(before.length) })
    known = { ...(known ?? begun(id)), text: content, called: false }
    return true
  }

  function addThought({ content, stepId = '' }: Extract<ChatPart, { type: 'thinking' }>, before: string | undefined): boolean {
    if (!content.startsWith(before ?? '')) return false
    const { thoughts, thought } = start()
    if (thoughts.get(stepId) !== before) return false
    if (thought !== stepId) chunks.push({ type: 'STEP_STARTED', stepName: stepId })
    chunks.push({ type: 'REASONING_MESSAGE_CONTENT', messageId: stepId, delta: content.slice(before?.length ?? 0) })
    known = { ...start(), thoughts: new Map([...thoughts, [stepId, content]]), thought: stepId }
    return true
  }

  function addCall(part: ToolCallPart, before: ToolCallPart | undefined): boolean {
    const { id: toolCallId, name: toolCallName, arguments: input, metadata: described } = part
    if (before ? !isSame(before.approval, part.approval) || !isSame(before.metadata, described) : part.approval) return false
    if (before && (before.name !== toolCallName || !input.startsWith(before.arguments))) return false
    const isComplete = !isOpen(part)
    if (before && !isOpen(before)) {
      if (!isComplete || before.arguments !== input || !isSame(before.input, part.input)) return false
      // No chunk takes an output away.
      if (part.output === undefined && before.output !== undefined) return false
    } else {
      if (before && !known?.calls.has(toolCallId)) return false
      if (!before) {
        const last = parts.at(-1)
        known ??= { ...begun(id), text: last?.type === 'text' ? last.content : '' }
        known = { ...known, called: true, calls: new Set([...known.calls, toolCallId]) }
        const more = described !== undefined && { metadata: described as Record<string, unknown> } // As `callPart` makes it.
        chunks.push({ type: 'TOOL_CALL_START', toolCallId, toolCallName, parentMessageId: id, ...more })
      }
      const delta = input.slice(before?.arguments.length ?? 0)
      if (delta !== '') chunks.push({ type: 'TOOL_CALL_ARGS', toolCallId, delta })
      if (isComplete)
        chunks.push({ type: 'TOOL_CALL_END', toolCallId, ...(part.input !== undefined && { input: part.input as unknown }) })
    }
    if (part.output !== undefined && !(before && isSame(before.output, part.output) && before.state === part.state))
      due.set(toolCallId, part)
    // A call that waits for a person is shown so by a snapshot.
    else if (isComplete && part.state !== (before && !isOpen(before) ? before.state : 'input-complete')) return false
    return true
  }

  function addResult({ toolCallId, content, state }: ToolResultPart): boolean {
    if (typeof content !== 'string' || !due.delete(toolCallId)) return false
    const failed = state === 'error' && { metadata: { tanstack: { state: 'output-error' } } as const }
    chunks.push({ type: 'TOOL_CALL_RESULT', messageId: id, toolCallId, content, role: 'tool', ...failed })
    return true
  }

  function add(part: ChatPart, before: ChatPart | undefined, isLast: boolean): boolean {
    switch (part.type) {
      case 'text':
        if (before) return before.type === 'text' && isLast && addText(part, before.content)
        // The processor adds to a text at the end, whatever else there is.
        return parts.at(-1)?.type !== 'text' && addText(part, '')
      case 'thinking':
        if (before) return before.type === 'thinking' && before.stepId === part.stepId && addThought(part, before.content)
        return addThought(part, undefined)
      case 'tool-call':
        if (before) return before.type === 'tool-call' && before.id === part.id && addCall(part, before)
        return addCall(part, undefined)
      case 'tool-result':
        return (!before || (before.type === 'tool-result' && before.toolCallId === part.toolCallId)) && addResult(part)
      default:
        return false
    }
  }

  if (!given) {
    chunks.push({ type: 'TEXT_MESSAGE_START', messageId: id, role: 'assistant', metadata })
    known = begun(id)
  } else if (given.parts.length > next.parts.length) return undefined
  for (const [at, part] of next.parts.entries()) {
    const before = parts[at]
    if (before && (before === part || isSame(before, part))) continue
    if (!add(part, before, at === parts.length - 1)) return undefined
    parts[at] = part
  }
  if (due.size > 0) return undefined
  if (given && !isSame(given.metadata, metadata)) {
    // No chunk removes a field.
    if (Object.keys(given.metadata).some((key) => !(key in metadata))) return undefined
    chunks.push({ type: 'TEXT_MESSAGE_END', messageId: id, metadata })
  }
  return { chunks, remembered: known }
}

/** Whether more of a call's input may follow. */
export function isOpen({ state }: ToolCallPart): boolean {
  return state === 'awaiting-input' || state === 'input-streaming'
}

/** What the processor remembers of a message that was just started. */
export function begun(id: string): Remembered {
  return { id, text: '', called: false, thoughts: new Map(), thought: undefined, calls: new Set() }
}
