import type { Clock } from '../../clock.ts'
import type { Agents } from '../agents/agents.ts'
import type { User } from '../user.ts'

/** A request of a user. */
export interface Call {
  readonly request: Request
  readonly url: URL
  /** The body as text; its length has been checked. */
  readonly body: string
  readonly user: User
  /** The client for whom the request counts: clients take turns. */
  readonly client: string
  /** The agents that this request may use. */
  readonly agents: Agents
  /** Whether channels are within reach. */
  readonly reachable: () => boolean
  readonly clock: Clock
}

/** One path of the handler. */
export interface Route {
  /** Below the handler's own path. */
  readonly path: string
  readonly methods: readonly string[]
  /** Bytes of the body. Default 16 384. */
  readonly most?: number
  /** Finds who sends a request, where that is not a user of the product. It may throw an `HttpError`. Default: `authorize` of the handler. */
  readonly authenticate?: (request: Request, body: string) => Promise<User>
  /** Answers a request. What it throws, other than `HttpError`, is reported and answered with 500. */
  readonly handle: (call: Call) => Promise<Response>
}
