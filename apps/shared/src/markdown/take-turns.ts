let holder: object | undefined
let frame: unknown
const waiting = new Map<object, () => void>()

/**
 * Has one answer grow in a frame: where several did, what stands between them would be seen to move. One alone never waits.
 *
 * @param write whatever is to be written when its turn comes; the newest of an answer replaces those before
 */
export function takeTurn(answer: object, write: () => void): void {
  if (waiting.size === 0 && (holder === answer || frame !== frameTime())) return begin(answer, write)
  if (waiting.size === 0) requestAnimationFrame(next)
  waiting.set(answer, write)
}

export function giveUpTurn(answer: object): void {
  waiting.delete(answer)
}

/** An answer that is shown no more: it is not held on to, with the page around it, as the one that wrote last. */
export function leaveTurns(answer: object): void {
  giveUpTurn(answer)
  if (holder === answer) holder = undefined
}

function next(): void {
  const [first] = waiting
  if (!first) return
  waiting.delete(first[0])
  if (waiting.size > 0) requestAnimationFrame(next)
  begin(...first)
}

function begin(answer: object, write: () => void): void {
  holder = answer
  frame = frameTime()
  write()
}

/** The same for all that is done for one frame. */
function frameTime(): unknown {
  return document.timeline.currentTime
}
