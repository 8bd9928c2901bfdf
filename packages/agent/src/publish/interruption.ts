/** A signal, or a failure of our own, as something that a wait can be given up for. */
export interface Interruption {
  /** Settles like `promise`, or with undefined as soon as the signal aborts or there is a failure. */
  wait<T>(promise: Promise<T>): Promise<T | undefined>
  /** Gives up the wait that is on, and any later one. */
  fail(error: unknown): void
  /** Whether there is a reason to give up. */
  readonly over: boolean
  /** What it was given up for, other than the signal. */
  readonly failure: { readonly error: unknown } | undefined
  /** Lets go of the signal. */
  release(): void
}

/**
 * One listener for the whole response. `Promise.race` against one long-lived promise would add a reaction to it for every
 * token and keep them all until the end.
 */
export function interruption(signal: AbortSignal | undefined): Interruption {
  let failure: { readonly error: unknown } | undefined
  let giveUp: (() => void) | undefined
  const onAbort = (): void => giveUp?.()
  signal?.addEventListener('abort', onAbort, { once: true })
  return {
    wait: (promise) =>
      new Promise((resolve, reject) => {
        promise.then(resolve, reject)
        giveUp = () => resolve(undefined)
        if (failure || signal?.aborted) giveUp()
      }),
    fail(error) {
      failure ??= { error }
      giveUp?.()
    },
    get over() {
      return failure !== undefined || signal?.aborted === true
    },
    get failure() {
      return failure
    },
    release: () => signal?.removeEventListener('abort', onAbort),
  }
}
