import type { Format, Placement } from '../protocol/fields.ts'
import type { Frames } from '../protocol/frames.ts'
import type { Message, Phase } from '../protocol/message.ts'
import type { MessageTypes, MessageTypesOf } from '../protocol/message-types.ts'

/**
 * One Ably message, folded by the base rule (P60). Compose makes the messages that are shown from records.
 */
export interface MessageRecord<T extends MessageTypesOf<T> = MessageTypes> extends Omit<Message<T>, 'parts' | 'metadata'> {
  /** The data as the service holds it: text, or in the format `parts/1` frames. */
  readonly text: string
  readonly format?: Format | undefined
  /** The text as frames; undefined for plain text. Derived from the text, so JSON has none. */
  readonly frames?: Frames | undefined
  /** What `permissions.mayEdit` says of the author of a prompt that edits another or asks again; undefined: the default counts. */
  readonly mayEdit?: boolean | undefined
  /** How the record combines with others; undefined for one that is a message by itself. */
  readonly placement: Placement | undefined
  /** The phase that its headers last declared; undefined if its author does not mark ends. */
  readonly declaredPhase: Phase | undefined
  /**
   * The newest version that the present attachment delivered of this record (P60). An append extends the text only if `version` equals it;
   * undefined after continuity was lost.
   */
  readonly deliveredVersion: string | undefined
  /**
   * The text that an append would have made, which was not shown because its length is not the one that the append gives (P104). Absent
   * if there is none.
   */
  readonly doubted?: { readonly version: string; readonly text: string }
  /** Local time (of the last `tick`) of the last delivery of this record; 0 if there was none. */
  readonly lastActivityAt: number
}
