/** A part of the page that grows by itself: an answer, or all answers together that are drawn in the background. */
type Party = object

let holder: Party | undefined
let frame: unknown
let scheduled = false
const waiting = new Map<Party, () => void>()

/**
 * Lets one party grow in a frame. If several grew, the text between them would visibly move. Even growth out of sight would
 * count as a layout shift: a browser that keeps the end in place excuses the growth of one place, not of two.
 *
 * @param write what to do when the turn comes, at once if nothing else grew in this frame; the newest of a party replaces its
 *   earlier ones
 */
export function takeTurn(party: Party, write: () => void): void {
  if (waiting.size === 0 && (holder === party || frame !== frameTime())) begin(party, write)
  else waitForTurn(party, write)
}

/** The same, in a later frame in any case. */
export function waitForTurn(party: Party, write: () => void): void {
  waiting.set(party, write)
  schedule()
}

/** Writes without waiting. Other parties wait for the next frame. */
export function takeTurnNow(party: Party, write: () => void): void {
  waiting.delete(party)
  begin(party, write)
}

/** Forgets an answer that was removed from the page: as the last holder it would keep the removed nodes in memory. */
export function leaveTurns(party: Party): void {
  waiting.delete(party)
  if (holder === party) holder = undefined
}

function schedule(): void {
  if (scheduled) return
  scheduled = true
  requestAnimationFrame(next)
}

function next(): void {
  scheduled = false
  const [first] = waiting
  if (!first) return
  // A party that found nothing waiting may already have grown in this frame.
  if (frame === frameTime()) return schedule()
  waiting.delete(first[0])
  if (waiting.size > 0) schedule()
  begin(...first)
}

function begin(party: Party, write: () => void): void {
  holder = party
  frame = frameTime()
  write()
}

/** A value that is the same during one frame. */
function frameTime(): unknown {
  return document.timeline.currentTime
}
