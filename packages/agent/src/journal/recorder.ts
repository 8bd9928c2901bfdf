import { isPermanentError } from '../publish/repair/is-permanent-error.ts'
import { ReaderError } from '../publish/reader-error.ts'
import type { Journal, Recorded } from './journal.ts'
import { fromRecorded, toRecorded } from './recordable.ts'

/** Records the steps of one run of `respond`. */
export interface Recorder {
  /**
   * Runs a step and records what it gives, or gives what was recorded: the same value in both cases, as JSON says it. Rejects with an error that was
   * recorded, and with an `AbortError` where the response was stopped during the step.
   */
  record<Value>(name: string, step: () => PromiseLike<Value> | Value, keepsErrors?: 'every error'): Promise<Value>
  /** From now on nothing is recorded: the response has ended. */
  close(): void
}

export interface RecorderOptions {
  readonly journal: Journal
  /** Whether the response was stopped, and no other attempt will go on with it. */
  readonly isStopped: () => boolean
  /** Called before a step that was not recorded. Resolves when this attempt may go on; rejects where it may not. */
  readonly live: () => Promise<void>
  /** An earlier attempt was stopped during a step. */
  readonly onStopped: () => void
}

type Result = { readonly value?: Recorded } | { readonly error: Recorded } | { readonly stopped: true }

const stopped = { stopped: true } as const

export function createRecorder({ journal, isStopped, live, onStopped }: RecorderOptions): Recorder {
  const names = new Set<string>()
  let isClosed = false

  function unique(name: string): string {
    let given = name
    for (let count = 2; names.has(given); count++) given = `${name} ${count}`
    names.add(given)
    return given
  }

  async function run(name: string, step: () => unknown, keepsAll: boolean): Promise<Result> {
    try {
      await live()
      if (isStopped()) return stopped
      return resultOf(name, await step())
    } catch (error) {
      // The next attempt does it; a person's stop is final.
      if (journal.signal?.aborted === true) throw error
      if (isStopped()) return stopped
      if (keepsAll || isFinal(error)) return { error: toRecorded(asError(error)) }
      throw error
    }
  }

  return {
    async record<Value>(name: string, step: () => PromiseLike<Value> | Value, keepsErrors?: 'every error'): Promise<Value> {
      if (isClosed) throw new DOMException('the response has ended', 'AbortError')
      const keepsAll = keepsErrors !== undefined
      const result = (await journal.run(unique(name), () => run(name, step, keepsAll))) as Result // As `run` gave it.
      if ('error' in result) throw fromRecorded(result.error)
      if ('stopped' in result) {
        onStopped()
        throw new DOMException('the response was stopped', 'AbortError')
      }
      return fromRecorded(result.value ?? null) as Value // What the step gave, as JSON says it.
    },
    close: () => void (isClosed = true),
  }
}

function resultOf(name: string, value: unknown): Result {
  try {
    return value === undefined ? {} : { value: toRecorded(value) }
  } catch (error) {
    const what = error instanceof Error ? error.message : 'JSON cannot say it'
    throw new UnrecordableError(`unable to record the step ${name}; ${what}: return what JSON can say`)
  }
}

class UnrecordableError extends TypeError {
  override readonly name = 'UnrecordableError'
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(`the step failed with ${String(error)} instead of an error`)
}

/** Whether the step would fail again: its own error says so, or it is the answer of a server to a request that is wrong. */
function isFinal(error: unknown): boolean {
  if (error instanceof ReaderError || error instanceof UnrecordableError || isPermanentError(error)) return true
  if (typeof error !== 'object' || error === null) return false
  if ('isRetryable' in error && typeof error.isRetryable === 'boolean') return !error.isRetryable
  const status = 'status' in error ? error.status : 'statusCode' in error ? error.statusCode : undefined
  return typeof status === 'number' && status >= 400 && status < 500 && !TRY_AGAIN.has(status)
}

/** HTTP's codes below 500 of which the same request may have another answer: timeout, conflict, too early, too many requests. */
const TRY_AGAIN: ReadonlySet<number> = new Set([408, 409, 425, 429])
