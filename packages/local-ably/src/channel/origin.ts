import type { Principal } from '../auth/principal.ts'

/** Who publishes: a connection, or a REST request. */
export interface Origin {
  readonly principal: Principal
  /** A name, `*` when it may assume any, undefined when anonymous. */
  readonly clientId: string | undefined
  readonly connectionId: string | undefined
  /** Prefix of the ids of messages that bring none. */
  readonly idBase: string
}
