import type { Placement } from '../protocol/fields.ts'
import type { Headers, HeadersOf, Message, Phase } from '../protocol/message.ts'

/**
 * One Ably message, folded by the base rule (P60). A record that combines with no other is itself the message that is shown, so
 * compose copies nothing.
 */
export interface MessageRecord<H extends HeadersOf<H> = Headers> extends Message<H> {
  /** How the record combines with others; undefined for one that is a message by itself. */
  readonly placement: Placement | undefined
  /** The phase that its headers last declared; undefined if its author does not mark ends. */
  readonly declaredPhase: Phase | undefined
  /**
   * The newest version that the present attachment delivered of this record (P60). An append extends the text only if `version` equals it;
   * undefined after continuity was lost.
   */
  readonly deliveredVersion: string | undefined
  /** Local time (of the last `tick`) of the last delivery of this record; 0 if there was none. */
  readonly lastActivityAt: number
}
