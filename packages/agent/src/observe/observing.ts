import { systemClock } from '../clock.ts'
import type { Report } from '../publish/options/reporter.ts'
import type { AnswerEvent, AnswerObserver } from './observer.ts'

/** An observer that cannot disturb the response which it follows. */
export interface Observing {
  readonly traceparent: string | undefined
  now(): number
  within<Result>(work: () => Result): Result
  record(event: AnswerEvent): void
}

/** @returns undefined without an observer, so that nothing is made for it */
export function createObserving(observer: AnswerObserver | undefined, report: Report): Observing | undefined {
  return (
    observer && {
      traceparent: observer.traceparent,
      now() {
        try {
          return observer.now?.() ?? systemClock.now()
        } catch (error) {
          report(error)
          return systemClock.now()
        }
      },
      within<Result>(work: () => Result): Result {
        if (!observer.within) return work()
        let hasBegun = false
        const begin = (): Result => {
          hasBegun = true
          return work()
        }
        try {
          return observer.within(begin)
        } catch (error) {
          // Of the work itself, which must not run twice.
          if (hasBegun) throw error
          report(error)
          return work()
        }
      },
      record(event) {
        try {
          observer.record(event)
        } catch (error) {
          report(error)
        }
      },
    }
  )
}
