import type { Interrupt, Message } from '@ag-ui/core'
import type { ShownMessage, ShownPart, ShownStatus } from '../../layer.ts'

/** AG-UI has a message for each text, reasoning, call and result; those that follow a prompt are its answer. */
export function shownThread(
  messages: readonly Message[],
  interrupts: readonly Interrupt[],
  /** @param newest the newest message of an answer */
  statusOf: (newest: Message, isLast: boolean) => ShownStatus,
): ShownMessage[] {
  const shown: { role: 'user' | 'assistant'; parts: ShownPart[]; newest: Message }[] = []
  const answer = (newest: Message): ShownPart[] => {
    const last = shown.at(-1)
    if (last?.role === 'assistant') {
      last.newest = newest
      return last.parts
    }
    const parts: ShownPart[] = []
    shown.push({ role: 'assistant', parts, newest })
    return parts
  }
  for (const message of messages) {
    if (message.role === 'user')
      shown.push({
        role: 'user',
        parts: [{ type: 'text', text: typeof message.content === 'string' ? message.content : '' }],
        newest: message,
      })
    else if (message.role === 'reasoning') answer(message).push({ type: 'reasoning', text: message.content })
    else if (message.role === 'assistant') {
      if (typeof message.content === 'string' && message.content !== '')
        answer(message).push({ type: 'text', text: message.content })
      for (const { id } of message.toolCalls ?? [])
        answer(message).push({
          type: 'tool',
          text: '',
          callId: id,
          state: interrupts.some((each) => each.toolCallId === id) ? 'asks' : 'called',
        })
    } else if (message.role === 'tool') {
      const parts = answer(message)
      const at = parts.findIndex(({ callId }) => callId === message.toolCallId)
      if (at !== -1) parts[at] = { ...parts[at]!, state: 'done' }
    }
  }
  return shown.map(({ role, parts, newest }, at) => ({
    role,
    parts,
    status: role === 'user' ? 'complete' : statusOf(newest, at === shown.length - 1),
  }))
}
