import type { Clock } from './clock.ts'

/** Resolves with the promise's value, or with undefined after `ms` milliseconds. */
export async function within<T>(promise: Promise<T>, ms: number, clock: Clock): Promise<T | undefined> {
  let cancel = (): void => undefined
  const late = new Promise<undefined>((resolve) => (cancel = clock.after(ms, () => resolve(undefined))))
  try {
    return await Promise.race([promise, late])
  } finally {
    cancel()
  }
}
