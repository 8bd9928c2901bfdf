import type { DatabaseSync } from 'node:sqlite'

/** An invitation that the agent sends once a person has approved it. */
export interface Invitation {
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** Where invitations go. It stands for a mail server: what is in it has been sent. */
export interface Outbox {
  /**
   * Sends an invitation. A second time for the same call sends it a second time, as a mail server does.
   *
   * @param call id of the tool call
   * @returns its number
   */
  send(call: string, invitation: Invitation): number
}

/** @param database from `openDatabase`; the table `invitation` has a row for each time that one was sent */
export function createOutbox(database: DatabaseSync): Outbox {
  const insert = database.prepare('INSERT INTO invitation (call, recipient, subject, body, at) VALUES (?, ?, ?, ?, ?)')
  return { send: (call, { to, subject, text }) => Number(insert.run(call, to, subject, text, Date.now()).lastInsertRowid) }
}
