/** The work of one agent process, and what is measured of it. */
export interface Step {
  readonly port: number
  readonly prefix: string
  /** Responses at once, each on a channel of its own. */
  readonly responses: number
  /** Connections that they share. */
  readonly connections: number
  /** Tokens a second, of each response. */
  readonly rate: number
  readonly seconds: number
}

export interface StepResult {
  /** Milliseconds until all responses had begun. */
  readonly beginning: number
  /** Processor time of the process while all responses stream, in percent of one core. */
  readonly cpu: number
  /** Resident memory then, and the heap that each response takes, in bytes. */
  readonly rss: number
  readonly heapPerResponse: number
  /** Appends and tokens a second, all responses together, that the service has acknowledged while they stream. */
  readonly appends: number
  readonly tokens: number
  /** Milliseconds from an append to its acknowledgement, and from a token to that. */
  readonly appendP50: number
  readonly appendP99: number
  readonly tokenP50: number
  readonly tokenP99: number
  /** How long the event loop was held up, in milliseconds. */
  readonly loopP99: number
  /** Operations that the service rejected, from the first to the last. */
  readonly rejectedCreates: number
  readonly rejectedAppends: number
  readonly rejectedUpdates: number
  readonly repairs: number
  /** Responses that ended complete. */
  readonly complete: number
}
