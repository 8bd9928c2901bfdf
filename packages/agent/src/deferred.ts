/** A promise that is settled from outside. */
export interface Deferred<T> {
  readonly promise: Promise<T>
  resolve(value: T): void
  reject(error: unknown): void
}

export function deferred<T>(): Deferred<T> {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  return { promise, resolve, reject }
}

/** Runs an operation and tells how it ended. One that throws instead of rejecting is a rejection like any other. */
export function settle<T>(operation: () => Promise<T>, then: (error: unknown, value: T | undefined) => void): void {
  const failed = (error: unknown): void => then(error ?? new Error('rejected'), undefined)
  try {
    void operation().then((value) => then(undefined, value), failed)
  } catch (error) {
    failed(error)
  }
}
