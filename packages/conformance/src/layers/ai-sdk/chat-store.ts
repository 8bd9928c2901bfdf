import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

/** A chat as the AI SDK's documentation has applications keep it: in files, which survive the process. */
export interface StoredChat<Message> {
  readonly messages: readonly Message[]
  readonly activeStreamId: string | null
}

export function chatStore<Message extends { readonly id: string }>(folder: string) {
  const fileOf = (id: string): string => `${folder}/${id}.json`
  const read = (id: string): StoredChat<Message> =>
    existsSync(fileOf(id))
      ? (JSON.parse(readFileSync(fileOf(id), 'utf8')) as StoredChat<Message>)
      : { messages: [], activeStreamId: null } // `save` wrote it.
  return {
    read,
    save(id: string, changed: Partial<StoredChat<Message>>): void {
      writeFileSync(`${fileOf(id)}.new`, JSON.stringify({ ...read(id), ...changed }))
      renameSync(`${fileOf(id)}.new`, fileOf(id))
    },
  }
}

/** The messages with this one added, or in the place of the one with its id. */
export function withMessage<Message extends { readonly id: string }>(messages: readonly Message[], message: Message): Message[] {
  const at = messages.findIndex(({ id }) => id === message.id)
  return at === -1 ? [...messages, message] : messages.with(at, message)
}
