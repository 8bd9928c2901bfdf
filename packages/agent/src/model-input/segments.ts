import type { Message, MessagePart, Role, SteeringPart } from '@streamfold/core'

/** A message, or the part of a response before or behind a prompt that was taken in while it was written. */
export interface Segment {
  readonly role: Role
  readonly parts: readonly MessagePart[]
  /** The text of the whole message; undefined for a part of it. */
  readonly text: string | undefined
}

/** The messages that were said, with each prompt that was taken into a response at its place there. */
export function segmentsOf(messages: readonly Message[]): readonly Segment[] {
  const said = messages.filter(({ status }) => status !== 'deleted' && status !== 'sending')
  // The last one is what the model is to answer.
  const prompts = new Map(said.slice(0, -1).flatMap((message) => (message.role === 'user' ? [[message.id, message]] : [])))
  const takenIn = new Set(said.flatMap((message) => (message.role === 'assistant' ? [...promptsTakenIn(message)] : [])))
  return said.flatMap((message): Segment[] => {
    const { id, role, parts, text } = message
    if (role === 'user') return takenIn.has(id) && message !== said.at(-1) ? [] : [message]
    if (!parts.some(isSteering)) return [{ role, parts, text }]
    const segments: Segment[] = []
    let from = 0
    for (const [at, part] of parts.entries()) {
      if (!isSteering(part)) continue
      const prompt = prompts.get(part.id)
      prompts.delete(part.id)
      segments.push({ role, parts: parts.slice(from, at), text: undefined }, ...(prompt ? [prompt] : []))
      from = at + 1
    }
    return [...segments, { role, parts: parts.slice(from), text: undefined }]
  })
}

/** Serials of the prompts that a response has taken in. */
export function promptsTakenIn({ parts }: Message): ReadonlySet<string> {
  return new Set(parts.filter(isSteering).map(({ id }) => id))
}

// A product may name its data as it likes, so the type alone does not say what a part is to the compiler.
function isSteering(part: MessagePart): part is SteeringPart {
  return part.type === 'steering-message'
}
