import type { Interrupt, Message as AgUiMessage } from '@ag-ui/core'
import { carried, INTERRUPT } from '../carried.ts'
import { createActivities } from './activities.ts'
import type { Fields } from './read-values.ts'
import { fieldsOf, inputOf, listOf, outputOf, textOf, usageIn } from './read-values.ts'
import type { SourcePart } from './source-part.ts'

/** Reads the events of a run. */
export interface EventReader {
  read(event: unknown): readonly SourcePart[]
  /** @throws Error where the run has not ended */
  end(): readonly SourcePart[]
}

interface OpenCall {
  readonly name: string
  args: string
}

/** What is known to have nothing for readers: it is for the provider, for debugging, or repeated by other events. */
const silent =
  /^(?:RAW|STEP_.*|SUBAGENT_.*|REASONING_(?:START|END|ENCRYPTED_VALUE)|THINKING_(?:START|END|TEXT_MESSAGE_START|TEXT_MESSAGE_END))$/

/** @param known ids of the calls that the response has already */
export function createEventReader(known: ReadonlySet<string>): EventReader {
  const open = new Map<string, OpenCall>()
  const answered = new Set<string>()
  const called = new Set<string>(known)
  /** Ids of messages that are not the agent's. */
  const others = new Set<string>()
  const activities = createActivities()
  let chunked: { readonly kind: 'text' | 'reasoning' | 'call'; readonly id: string } | undefined
  let running = false
  let isShown = false
  let snapshot: readonly AgUiMessage[] | undefined

  function begin(id: string, name: string): SourcePart[] {
    // An agent may repeat a call when it goes on.
    if (called.has(id)) return []
    called.add(id)
    open.set(id, { name, args: '' })
    return [{ type: 'tool-input-start', id, toolName: name }]
  }

  function grow(id: string, delta: string): SourcePart[] {
    const call = open.get(id)
    if (!call || delta === '') return []
    call.args += delta
    return [{ type: 'tool-input-delta', id, delta }]
  }

  function complete(id: string): SourcePart[] {
    const call = open.get(id)
    if (!call) return []
    open.delete(id)
    return [{ type: 'tool-call', toolCallId: id, toolName: call.name, input: inputOf(call.args) }]
  }

  function result(id: string, content: unknown): SourcePart[] {
    answered.add(id)
    return [...complete(id), { type: 'tool-result', toolCallId: id, output: outputOf(content) }]
  }

  /** A chunk of another message ends the one before. */
  function endChunks(): SourcePart[] {
    if (!chunked) return []
    const { kind, id } = chunked
    chunked = undefined
    if (kind === 'call') return complete(id)
    return others.has(id) ? [] : [{ type: `${kind}-end`, id }]
  }

  function asked({ id, toolCallId, reason, message, responseSchema }: Interrupt): SourcePart[] {
    if (toolCallId !== undefined && called.has(toolCallId))
      return [...complete(toolCallId), { type: 'tool-approval-request', toolCallId, approvalId: id, reason: message ?? reason }]
    const input = {
      id,
      reason,
      ...(toolCallId !== undefined && { toolCallId }),
      ...(message !== undefined && { message }),
      ...(responseSchema && { responseSchema }),
    }
    return [{ type: 'tool-call', toolCallId: `interrupt-${id}`, toolName: INTERRUPT, input }]
  }

  function finished(event: Fields): SourcePart[] {
    running = false
    const outcome = fieldsOf(event['outcome'])
    const rest = [...(isShown ? [] : shownIn(snapshot ?? [])), ...[...open.keys()].flatMap(complete)]
    if (outcome['type'] === 'cancelled') return [...rest, { type: 'abort' }]
    const interrupts = outcome['type'] === 'interrupt' ? (listOf(outcome['interrupts']) as unknown as Interrupt[]) : [] // Checked below.
    const asks = interrupts.filter(({ id }) => typeof id === 'string').flatMap(asked)
    const isWaiting = asks.length > 0 || [...called].some((id) => !answered.has(id) && !known.has(id))
    return [
      ...rest,
      ...asks,
      { type: 'finish', finishReason: isWaiting ? 'tool-calls' : 'stop', totalUsage: usageIn(event['usage']) },
    ]
  }

  /** The answer of an agent that only gives a snapshot. */
  function shownIn(messages: readonly AgUiMessage[]): SourcePart[] {
    const last = messages.findLastIndex(({ role }) => role === 'user')
    return messages.slice(last + 1).flatMap((message): SourcePart[] => {
      if (message.role === 'tool') return result(message.toolCallId, message.content)
      if (message.role === 'reasoning') return [{ type: 'reasoning-delta', id: message.id, text: message.content }]
      if (message.role !== 'assistant') return []
      const text = message.content ? [{ type: 'text-delta', id: message.id, text: message.content }] : []
      const calls = (message.toolCalls ?? []).flatMap(({ id, function: { name, arguments: args } }) => [
        ...begin(id, name),
        ...grow(id, args),
        ...complete(id),
      ])
      return [...text, ...calls]
    })
  }

  function read(type: string, event: Fields): readonly SourcePart[] {
    const id = textOf(event['messageId'])
    const call = textOf(event['toolCallId'])
    const delta = textOf(event['delta']) ?? ''
    switch (type) {
      case 'RUN_STARTED':
        running = true
        return []
      case 'RUN_FINISHED':
        return finished(event)
      case 'RUN_ERROR':
        running = false
        return [{ type: 'error', error: new Error(textOf(event['message']) ?? 'the run failed', { cause: event }) }]
      case 'TEXT_MESSAGE_START':
        if (id !== undefined && (event['role'] ?? 'assistant') !== 'assistant') others.add(id)
        return id === undefined || others.has(id) ? [] : [{ type: 'text-start', id }]
      case 'TEXT_MESSAGE_CONTENT':
        return others.has(id ?? '') ? [] : [{ type: 'text-delta', id, text: delta }]
      case 'TEXT_MESSAGE_END':
        return others.has(id ?? '') ? [] : [{ type: 'text-end', id }]
      case 'REASONING_MESSAGE_START':
        return [{ type: 'reasoning-start', id }]
      case 'REASONING_MESSAGE_CONTENT':
        return [{ type: 'reasoning-delta', id, text: delta }]
      case 'THINKING_TEXT_MESSAGE_CONTENT':
        return [{ type: 'reasoning-delta', text: delta }]
      case 'REASONING_MESSAGE_END':
        return [{ type: 'reasoning-end', id }]
      case 'TEXT_MESSAGE_CHUNK':
      case 'REASONING_MESSAGE_CHUNK': {
        const kind = type === 'TEXT_MESSAGE_CHUNK' ? 'text' : 'reasoning'
        const name = id ?? (chunked?.kind === kind ? chunked.id : kind)
        if ((event['role'] ?? 'assistant') !== 'assistant') others.add(name)
        chunked = { kind, id: name }
        if (others.has(name)) return []
        return [{ type: `${kind}-delta`, id: name, text: delta }]
      }
      case 'TOOL_CALL_CHUNK': {
        const name = call ?? (chunked?.kind === 'call' ? chunked.id : undefined)
        if (name === undefined) return [unread(type)]
        chunked = { kind: 'call', id: name }
        return [...begin(name, textOf(event['toolCallName']) ?? 'tool'), ...grow(name, delta)]
      }
      case 'TOOL_CALL_START':
        return call === undefined ? [unread(type)] : begin(call, textOf(event['toolCallName']) ?? 'tool')
      case 'TOOL_CALL_ARGS':
        return grow(call ?? '', delta)
      case 'TOOL_CALL_END':
        return complete(call ?? '')
      case 'TOOL_CALL_RESULT':
        return call === undefined ? [unread(type)] : result(call, event['content'])
      case 'STATE_SNAPSHOT':
        // Without an id: it stands behind the deltas before it.
        return [{ type: carried.state, data: event['snapshot'] ?? null }]
      case 'STATE_DELTA':
        return [{ type: carried.stateDelta, data: event['delta'] ?? [] }]
      case 'ACTIVITY_SNAPSHOT':
      case 'ACTIVITY_DELTA':
        return activities.read(event) ?? [unread(type)]
      case 'CUSTOM':
        return [{ type: carried.custom, data: { name: textOf(event['name']) ?? '', value: event['value'] ?? null } }]
      case 'MESSAGES_SNAPSHOT':
        snapshot = listOf(event['messages']) as unknown as AgUiMessage[] // Read only where nothing else was given.
        return []
      default:
        return silent.test(type) ? [] : [unread(type)]
    }
  }

  return {
    read(given) {
      const event = fieldsOf(given)
      const type = textOf(event['type'])
      if (type === undefined) return [unread('without a type')]
      const next = textOf(event['toolCallId']) ?? textOf(event['messageId'])
      const isMore = type.endsWith('_CHUNK') && (next === undefined || next === chunked?.id)
      const parts = [...(isMore ? [] : endChunks()), ...read(type, event)]
      isShown ||= parts.some((part) => /^(?:text|reasoning|tool)-/.test(part.type))
      return parts
    },
    end() {
      if (running) throw new Error('the events of AG-UI ended before their run did')
      return [...endChunks(), ...[...open.keys()].flatMap(complete)]
    },
  }
}

/** A part of a type that no source has: the agent reports once that something was left out, and what it was. */
function unread(type: string): SourcePart {
  return { type: `ag-ui ${type}` }
}
