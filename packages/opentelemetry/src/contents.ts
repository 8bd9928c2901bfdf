import type { Message } from '@streamfold/core'

/** Messages in the conventions' JSON, for `gen_ai.input.messages`. Of what is no text only the kind and the name are there. */
export function inputMessages(messages: readonly Message[]): string {
  return JSON.stringify(
    messages.map(({ role, parts, text }) => ({ role, parts: parts.length > 0 ? parts.map(partOf) : [textPart(text)] })),
  )
}

/** The text of one answer, for `gen_ai.output.messages`. */
export function outputMessage(text: string, finish: string | undefined): string {
  return JSON.stringify([{ role: 'assistant', parts: [textPart(text)], ...(finish !== undefined && { finish_reason: finish }) }])
}

function partOf(part: Message['parts'][number]): object {
  if ('text' in part && typeof part.text === 'string') return { type: part.type, content: part.text }
  return { type: part.type }
}

function textPart(content: string): object {
  return { type: 'text', content }
}
