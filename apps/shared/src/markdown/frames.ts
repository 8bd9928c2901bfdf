import { takeTurn, waitForTurn } from './take-turns.ts'

/** Milliseconds of each frame in which all answers together may work. */
const share = 5

/** Work in the background. Together the jobs are one party that takes turns with the answers that grow in view. */
const jobs = new Set<() => boolean>()
let deadline = 0

/** Whether the time for work in this frame is spent. */
export function isSpent(): boolean {
  return performance.now() >= deadline
}

/**
 * Runs a job now for as long as a frame allows, then in the next frames.
 *
 * @param job works until `isSpent`, and returns whether it has finished
 */
export function workNow(job: () => boolean): void {
  if (jobs.has(job)) return
  deadline = performance.now() + share
  if (!job()) workLater(job)
}

/** Runs a job in this frame if nothing else grew in it, otherwise in a later one. */
export function workInTurn(job: () => boolean): void {
  jobs.add(job)
  takeTurn(jobs, workOn)
}

export function workLater(job: () => boolean): void {
  jobs.add(job)
  waitForTurn(jobs, workOn)
}

export function stopWork(job: () => boolean): void {
  jobs.delete(job)
}

function workOn(): void {
  deadline = performance.now() + share
  try {
    // A job that has not finished goes to the end, so that each job gets its turn.
    for (const job of Array.from(jobs)) {
      jobs.delete(job)
      if (!job()) jobs.add(job)
      if (isSpent()) break
    }
  } finally {
    if (jobs.size > 0) waitForTurn(jobs, workOn)
  }
}
