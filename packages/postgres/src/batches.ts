import type { ArchivedMessage } from '@streamfold/core/transport'
import { indexedMessage, toPlainText } from '@streamfold/core/transport'

/** What one statement takes, in UTF-16 code units. */
const BATCH = 1_000_000

/** A page's messages as JSON for the function `put` of the schema, in batches; at least one. Of several versions of a message the newest is in them. */
export function batchesOf(messages: readonly ArchivedMessage[]): readonly string[] {
  const newest = new Map<string, ArchivedMessage>()
  for (const message of messages) {
    const known = newest.get(message.serial)
    // A statement may write a row once.
    if (!known || known.version.serial < message.version.serial) newest.set(message.serial, message)
  }
  const batches: string[][] = [[]]
  let size = 0
  for (const message of newest.values()) {
    const row = JSON.stringify(rowOf(message))
    if (size > 0 && size + row.length > BATCH) {
      batches.push([])
      size = 0
    }
    batches.at(-1)!.push(row) // There is always one.
    size += row.length
  }
  return batches.map((rows) => `[${rows.join(',')}]`)
}

function rowOf(message: ArchivedMessage): Readonly<Record<string, string | number | boolean | undefined>> {
  const { isPrompt, isDeleted, author, excerpt, isWaiting, continues } = indexedMessage(message)
  return {
    serial: toPlainText(message.serial),
    version: toPlainText(message.version.serial),
    // JSON has escapes for what Postgres refuses; no plain text is made of it there.
    body: JSON.stringify(message),
    is_prompt: isPrompt,
    is_deleted: isDeleted,
    author: author === undefined ? undefined : toPlainText(author),
    excerpt,
    is_waiting: isWaiting && !isDeleted,
    continues: continues === undefined ? undefined : toPlainText(continues),
    created_at: message.timestamp,
    active_at: isDeleted ? message.timestamp : message.version.timestamp,
  }
}
