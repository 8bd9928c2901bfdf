import type { ResumeEntry, RunAgentInput } from '@ag-ui/core'
import { randomId } from '@streamfold/client'
import type { Message, MessagePart } from '@streamfold/core'
import { carried } from '../carried.ts'
import { isInterrupt } from '../shown/call-entry.ts'
import { entriesOf } from '../shown/entries-of.ts'
import { messagesIn } from '../shown/entry.ts'
import { patched } from './activities.ts'

/** What `agUiInput` reads of a task. */
export interface AgUiTask {
  readonly channelName: string
  readonly messages: readonly Message[]
  readonly continued?: { readonly response: Message; readonly calls: readonly { readonly toolCallId: string }[] } | undefined
}

/** What a run is given beside the conversation. Default: no tools, no context, a run id of its own, and the channel's name as the thread id. */
export type AgUiInputOptions = Partial<Omit<RunAgentInput, 'messages' | 'resume'>>

/**
 * The input of a run of AG-UI that answers a task: the messages of its branch, the state that earlier answers have left, and, where the response goes on, what
 * people have answered to the interrupts of the run before.
 */
export function agUiInput({ channelName, messages, continued }: AgUiTask, options: AgUiInputOptions = {}): RunAgentInput {
  const resume = continued ? resumeOf(continued) : []
  return {
    threadId: channelName,
    runId: randomId(),
    protocolVersion: '1.0',
    tools: [],
    context: [],
    state: stateOf(messages),
    ...options,
    messages: messagesIn(entriesOf(messages)).filter(({ role }) => role !== 'activity'),
    ...(resume.length > 0 && { resume }),
  }
}

function resumeOf({ response, calls }: NonNullable<AgUiTask['continued']>): ResumeEntry[] {
  return calls.flatMap(({ toolCallId }) => {
    const part = response.parts.find((one) => 'toolCallId' in one && one.toolCallId === toolCallId)
    return part ? resumeEntry(part) : []
  })
}

function resumeEntry(part: MessagePart): ResumeEntry[] {
  if (!('toolCallId' in part)) return []
  const { approval, state, output, input } = part
  if (isInterrupt(part)) {
    const id: unknown = typeof input === 'object' && input !== null && 'id' in input ? input.id : undefined
    if (typeof id !== 'string') return []
    return [
      state === 'output-available'
        ? { interruptId: id, status: 'resolved', payload: output }
        : { interruptId: id, status: 'cancelled' },
    ]
  }
  if (approval?.approved === undefined) return []
  const { approved, reason } = approval
  return [{ interruptId: approval.id, status: 'resolved', payload: { approved, ...(reason !== undefined && { reason }) } }]
}

/** The state that the answers of a branch have left. A patch that cannot be applied changes nothing, as in the client of AG-UI. */
function stateOf(messages: readonly Message[]): unknown {
  let state: unknown = {}
  for (const part of messages.flatMap(({ parts }) => parts)) {
    if (!('data' in part)) continue
    if (part.type === carried.state) state = part.data
    if (part.type === carried.stateDelta) state = patched(state, part.data) ?? state
  }
  return state
}
