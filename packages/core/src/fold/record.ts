import type { Placement } from '../protocol/fields.ts'
import type { Headers, HeadersOf, Message, Phase } from '../protocol/message.ts'

/**
 * One Ably message, folded by the base rule. A record that combines with no other is also the message that is shown: nothing is
 * copied for it.
 */
export interface MessageRecord<H extends HeadersOf<H> = Headers> extends Message<H> {
  /** How it combines with other records; undefined for one that is a message by itself. */
  readonly placement: Placement | undefined
  /** What its headers last said of its end; undefined where the author does not mark ends. */
  readonly declaredPhase: Phase | undefined
  /**
   * Position of the stream: the newest version delivered for this record on the present attachment. An append extends the
   * text only when `version` is this position; undefined after continuity was lost.
   */
  readonly deliveredVersion: string | undefined
  /** Local time (of the last `tick`) at which the stream last delivered something of it; 0 when it never did. */
  readonly lastActivityAt: number
}
