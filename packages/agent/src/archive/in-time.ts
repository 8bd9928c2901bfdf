import type { Clock } from '../clock.ts'
import type { Report } from '../publish/options/reporter.ts'
import { within } from '../within.ts'

/** Milliseconds for which an answer waits for the archive. */
const PATIENCE = 10_000

/** What an archive gives. Undefined, and reported, where it fails or takes too long: an answer waits for no database that hangs. */
export async function inTime<T>(ask: () => Promise<T>, clock: Clock, report: Report): Promise<T | undefined> {
  try {
    const asked = ask().then((value) => ({ value }))
    const given = await within(asked, PATIENCE, clock)
    if (given) return given.value
    report(new Error('unable to wait for the archive; it has not answered for ten seconds: see whether its database hangs'))
  } catch (error) {
    report(error)
  }
  return undefined
}
