import type { Headers } from '@streamfold/core'
import type { KnownCall } from '../../source/parts/calls.ts'
import type { PartChunk } from '../../source/parts/part-chunk.ts'
import type { ResponseCalls } from '../parts/response-calls.ts'
import type { WrittenMessage } from './written-response.ts'

/** A response that goes on: it waited, or its agent has died. */
export interface Resumed {
  /** Serial of the response. */
  readonly id: string
  /** Serial of its last message, which is written on. Undefined where the channel does not hold it any more: a further message continues it. */
  readonly serial: string | undefined
  /** Serial of the message that this one continues. */
  readonly continues: string | undefined
  /** Its earlier messages. */
  readonly full: readonly WrittenMessage[]
  /** The frames of the message that is written on; none in a further message. */
  readonly data: string
  /** Headers that it keeps. */
  readonly headers: Headers
  /** Its calls, and as what the model is given those whose results are to come. */
  readonly calls: ResponseCalls
  readonly known: readonly KnownCall[]
  /** What is written first. */
  readonly chunks: readonly PartChunk[]
  /** Its data with all that readers do not receive; undefined where they have everything, and where it was not kept. */
  readonly whole: string | undefined
}
