/** A value that JSON can say. */
export type Recorded = null | boolean | number | string | readonly Recorded[] | { readonly [name: string]: Recorded }

/**
 * Keeps the results of steps where they survive the process: the port to an engine for durable work. One journal belongs to one run of `respond`, in
 * all its attempts.
 */
export interface Journal {
  /**
   * Runs a step and records its result, or gives the result that an earlier attempt has recorded, without running it. Names are unique in a run, and an
   * attempt asks for them in the same order as those before it.
   *
   * Resolves when the result is kept. A rejection of `step` is not recorded: the engine runs it again, in an attempt of its own, or gives up, and then this
   * rejects. It need not settle once `signal` has aborted.
   */
  run(name: string, step: () => Promise<Recorded>): Promise<Recorded>
  /** Aborts when this attempt is over, as another one has begun or will: it writes nothing any more, and leaves the response open. */
  readonly signal?: AbortSignal
}

/** The engine that answers the prompts of an agent: it calls `agent.answer` with a journal, and again with the same one after the process has died. */
export interface Engine {
  /**
   * Hands a prompt over. Called for each prompt that is to be answered, for each response that goes on, and for each that an agent has left open; so
   * for one prompt several times, also while it is being answered. Resolves when the engine has it.
   */
  start(work: Work): Promise<void>
}

/** One attempt to answer a prompt, of an engine. */
export interface Attempt {
  readonly journal: Journal
  /** Serial of the response that goes on, as in `Work`. */
  readonly response?: string | undefined
}

/** What an engine is handed. */
export interface Work {
  /** Name of the channel. */
  readonly channel: string
  /** Serial of the prompt. */
  readonly prompt: string
  /** Serial of the response that goes on. */
  readonly response?: string
}
