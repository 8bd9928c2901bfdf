import type { AnswerChunk } from '../messages/chat-message.ts'
import type { ChatPart, ToolChatPart } from '../messages/chat-part.ts'

type TextChatPart = Extract<ChatPart, { type: 'text' | 'reasoning' }>

/** States of a call in the order in which it passes them. */
const order = ['input-streaming', 'input-available', 'approval-requested', 'approval-responded']

/**
 * The chunks after which the AI SDK shows `next` where it showed `given`; undefined where no chunks can do that, because content that was
 * given has changed.
 *
 * @param at the place of the part, which names a text
 */
export function partChunks(given: ChatPart | undefined, next: ChatPart, at: number): readonly AnswerChunk[] | undefined {
  if (given === next) return []
  if (given && given.type !== next.type) return undefined
  if (isText(next)) return textChunks(given as TextChatPart | undefined, next, at)
  if (isCall(next)) return callChunks(given as ToolChatPart | undefined, next)
  if (next.type === 'step-start') return given ? [] : [{ type: 'start-step' }]
  if (!given || !isSame(given, next)) {
    const isReplaced = given && 'data' in given && 'data' in next && given.id !== undefined && given.id === next.id
    return given && !isReplaced ? undefined : [{ ...next }]
  }
  return []
}

function textChunks(given: TextChatPart | undefined, next: TextChatPart, at: number): readonly AnswerChunk[] | undefined {
  const { type, text, state, providerMetadata } = next
  const before = given?.text ?? ''
  if (text === before && isSame(given, next)) return []
  if (given?.providerMetadata && !providerMetadata) return undefined
  const isOther = type === 'reasoning' && given && 'id' in given && given.id !== next.id
  if (given?.state === 'done' || isOther || !text.startsWith(before)) return undefined
  const id = (type === 'reasoning' ? next.id : undefined) ?? String(at)
  const provider = providerMetadata && { providerMetadata }
  const chunks: AnswerChunk[] = []
  if (!given) chunks.push({ type: `${type}-start`, id, ...provider })
  const isGiven = !given || isSame(given.providerMetadata, providerMetadata)
  if (text !== before || !isGiven)
    chunks.push({ type: `${type}-delta`, id, delta: text.slice(before.length), ...(!isGiven && provider) })
  if (state === 'done')
    chunks.push({ type: `${type}-end`, id, ...('citations' in next && { citations: next.citations }), ...provider })
  return chunks
}

function callChunks(given: ToolChatPart | undefined, next: ToolChatPart): readonly AnswerChunk[] | undefined {
  const { toolCallId, input, state, approval } = next
  if (given && state !== 'input-streaming' && isSame(given, next)) return []
  const [before, now] = [given ? rank(given) : -1, rank(next)]
  if (given && (given.toolCallId !== toolCallId || before > now)) return undefined
  if (given && before > 0 && !isSame(given.input, input)) return undefined
  if (given && hasLost(given, next)) return undefined
  if (before === now && now > 0 && now < order.length) return undefined
  const call = {
    toolCallId,
    toolName: next.type === 'dynamic-tool' ? next.toolName : next.type.slice('tool-'.length),
    ...(next.type === 'dynamic-tool' && { dynamic: true }),
    ...pick(next, 'title'),
    ...pick(next, 'toolMetadata'),
    ...pick(next, 'providerExecuted'),
  }
  const called = next.callProviderMetadata && { providerMetadata: next.callProviderMetadata }
  const returned = 'resultProviderMetadata' in next && next.resultProviderMetadata
  const result = returned && { providerMetadata: returned }
  const chunks: AnswerChunk[] = []
  if (!given) chunks.push({ type: 'tool-input-start', ...call, ...called })
  if (state === 'input-streaming') {
    const [had, has] = [given && 'rawInput' in given ? (given.rawInput ?? '') : '', next.rawInput ?? '']
    if (!has.startsWith(had)) return undefined
    if (has !== had) chunks.push({ type: 'tool-input-delta', toolCallId, inputTextDelta: has.slice(had.length) })
    return chunks
  }
  if (before < 1 && state === 'output-error' && !approval) {
    chunks.push({ type: 'tool-input-error', ...call, ...result, input, errorText: next.errorText })
    return chunks
  }
  if (!given && state === 'output-available' && input !== undefined) {
    // The page is not to run a call that has a result: `tool-input-available` would call `onToolCall`.
    chunks.push({ type: 'tool-input-delta', toolCallId, inputTextDelta: JSON.stringify(input) })
  } else if (before < 1) chunks.push({ type: 'tool-input-available', ...call, ...called, input })
  if (approval && before < 2) {
    const { id: approvalId, requestReason: reason } = approval
    chunks.push({ type: 'tool-approval-request', toolCallId, approvalId, ...(reason !== undefined && { reason }) })
  }
  if (approval && before < 3 && approval.approved !== undefined) {
    const { id: approvalId, approved, reason } = approval
    chunks.push({ type: 'tool-approval-response', approvalId, approved, ...(reason !== undefined && { reason }) })
  }
  if (state === 'output-available') {
    const { output, preliminary } = next
    chunks.push({ type: 'tool-output-available', toolCallId, output, ...(preliminary && { preliminary }), ...result })
  }
  if (state === 'output-error') chunks.push({ type: 'tool-output-error', toolCallId, errorText: next.errorText, ...result })
  if (state === 'output-denied') chunks.push({ type: 'tool-output-denied', toolCallId })
  return chunks
}

/** Whether a call had something that it has no more: no chunk removes it. */
function hasLost(given: ToolChatPart, next: ToolChatPart): boolean {
  const { approval: asked } = given
  const { approval } = next
  const isLost = asked && (asked.id !== approval?.id || (asked.approved !== undefined && !isSame(asked, approval)))
  const had = 'resultProviderMetadata' in given && given.resultProviderMetadata
  const has = 'resultProviderMetadata' in next && next.resultProviderMetadata
  // A denial is said without the result that was there before, and the AI SDK keeps that.
  const isDenied = next.state === 'output-denied' && ('errorText' in given || 'output' in given)
  return isLost === true || isDenied || (had !== undefined && had !== false && !has)
}

function rank({ state }: ToolChatPart): number {
  const at = order.indexOf(state)
  return at < 0 ? order.length : at
}

function pick<Name extends 'title' | 'toolMetadata' | 'providerExecuted'>(from: ToolChatPart, name: Name) {
  const value = from[name]
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: NonNullable<ToolChatPart[Key]> }
}

function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

function isText(part: ChatPart): part is TextChatPart {
  return part.type === 'text' || part.type === 'reasoning'
}

function isCall(part: ChatPart): part is ToolChatPart {
  return 'toolCallId' in part
}
