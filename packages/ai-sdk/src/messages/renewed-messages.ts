import { promptText } from '@streamfold/client'
import type { Message } from '@streamfold/core'
import type { ChatMessage } from './chat-message.ts'
import type { ShownMessages } from './shown.ts'
import type { UIMessageMaker } from './ui-message.ts'

/** Finds what the conversation has of the messages that a chat shows already. */
export type RenewedMessages<M extends ChatMessage> = (current: readonly M[]) => readonly M[]

/** Of one chat, because it remembers which message each of the chat's stands for. */
export function renewedMessages<M extends ChatMessage>(
  { branch, all }: ShownMessages,
  toUIMessage: UIMessageMaker<M>,
): RenewedMessages<M> {
  /** The serials of prompts, by their ids in the chat and each text that they have had. */
  const serials = new Map<string, string>()

  /** The edits of a prompt have one id. The chat shows the one that has its text, or had it before it was redacted. */
  function choose(own: M, edits: readonly Message[]): Message | undefined {
    for (const { id, role, text } of edits) if (role === 'user') serials.set(`${own.id} ${text}`, id)
    if (edits.length <= 1) return edits[0]
    const serial = serials.get(`${own.id} ${textOf(own)}`)
    return edits.find(({ id }) => id === serial) ?? branch().find(({ id }) => id === own.id)?.message ?? edits.at(-1)
  }

  return (current) => {
    const found = new Map(current.map(({ id }): [string, Message[]] => [id, []]))
    for (const { id, message } of all()) found.get(id)?.push(message)
    return current.flatMap((own) => {
      const message = choose(own, found.get(own.id) ?? [])
      return message ? [toUIMessage(message, own.id)] : []
    })
  }
}

function textOf({ parts }: ChatMessage): string {
  const texts = parts.flatMap((part) => ('text' in part && typeof part.text === 'string' ? [part.text] : []))
  return promptText(texts.join('\n\n'))
}
