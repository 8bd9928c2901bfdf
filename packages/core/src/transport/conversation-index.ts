/** A conversation, as a list of conversations shows it. */
export interface ListedConversation {
  /** The name of its channel. */
  readonly channel: string
  /** The title that `rename` gave it, otherwise the beginning of its first prompt: one line of at most 120 characters. Empty if no prompt has text. */
  readonly title: string
  /** The beginning of the newest message that has text: one line of at most 120 characters. Empty if none has. */
  readonly lastText: string
  /**
   * Serial of the newest message that was not deleted; undefined if all were. It is unread by a person who has seen none but smaller serials: the page or the
   * product keeps what a person has seen.
   */
  readonly newest: string | undefined
  /** When a message was last written or changed, deletions aside, in milliseconds since the epoch by the service's clock. */
  readonly lastActivity: number
  /** Whether a response waits for a person. */
  readonly waiting: boolean
}

/** A page of a person's conversations. */
export interface ConversationList {
  /** The one with the newest activity first. */
  readonly conversations: readonly ListedConversation[]
  /** What `after` takes to read the page after this one; undefined on the last one. */
  readonly next: string | undefined
}

export interface ListOptions {
  /** The most conversations on a page, from 1 to 500. Default 50. */
  readonly limit?: number
  /** `next` of the page before. */
  readonly after?: string | undefined
}

/**
 * The lists of conversations, one for each person. An archive that has one fills it as messages are put: a conversation is on the list of everyone who has written
 * a prompt in it, by the client id that the service stamped, once one of its messages is kept.
 *
 * A list shows titles and texts, so give it only to the person whose client id it is: take that from your session, never from what a page sends.
 */
export interface ConversationIndex {
  /** @throws ListOptionsError when `after` is not what a page gave as `next`, or the limit is not a whole number from 1 to 500 */
  list(clientId: string, options?: ListOptions): Promise<ConversationList>
  /** Puts a conversation on the list of a person who has written nothing in it. */
  add(channel: string, clientId: string): Promise<void>
  /** Takes a conversation off a person's list, until the person writes a newer message in it or is added again. No message is deleted. */
  remove(channel: string, clientId: string): Promise<void>
  /** Gives a conversation a title, as a model's. @param title undefined: the beginning of its first prompt again */
  rename(channel: string, title: string | undefined): Promise<void>
}
