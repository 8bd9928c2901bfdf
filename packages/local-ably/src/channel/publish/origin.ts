import type { Principal } from '../../auth/principal.ts'
import type { RateWindow } from '../../limits/rate-window.ts'

/** The publisher of a message: a connection, or a REST request. */
export interface Origin {
  readonly principal: Principal
  /** A name, `*` when it may assume any, undefined when anonymous. */
  readonly clientId: string | undefined
  readonly connectionId: string | undefined
  /** Prefix of the ids of messages that bring none. */
  readonly idBase: string
  /** What the connection has published this second; REST requests have no rate of their own. */
  readonly rate?: RateWindow | undefined
}
