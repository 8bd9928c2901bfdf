import { takeTurn, waitForTurn } from './take-turns.ts'

/** Milliseconds of each frame that all answers together may work. */
const share = 5

/** Work in the background. Together the jobs are one party that takes turns with the answers that grow in sight. */
const jobs = new Set<() => boolean>()
let deadline = 0

/** Whether the time to work is spent for now. */
export function isSpent(): boolean {
  return performance.now() >= deadline
}

/**
 * Works now for as long as a frame allows, then in the next frames.
 *
 * @param job goes on until `isSpent`; true when nothing is left to do
 */
export function workNow(job: () => boolean): void {
  if (jobs.has(job)) return
  deadline = performance.now() + share
  if (!job()) workLater(job)
}

/** Works in this frame if nothing else grew in it, otherwise in a later one. */
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
    // The last of them is the first in the next frame, or it would never have its turn.
    for (const job of Array.from(jobs)) {
      jobs.delete(job)
      if (!job()) jobs.add(job)
      if (isSpent()) break
    }
  } finally {
    if (jobs.size > 0) waitForTurn(jobs, workOn)
  }
}
