const record = (side: string) => `streamfold-inspector:${side}`

/** The size, in pixels, that somebody gave it on this device; undefined where nobody did. */
export function keptSize(side: string): number | undefined {
  try {
    return Number(localStorage.getItem(record(side))) || undefined
  } catch {
    // A browser that keeps nothing.
    return undefined
  }
}

/** @param size in pixels; undefined forgets it. */
export function keepSize(side: string, size: number | undefined): void {
  try {
    if (size === undefined) localStorage.removeItem(record(side))
    else localStorage.setItem(record(side), String(size))
  } catch {
    // Full or forbidden: it has this size until it is closed.
  }
}
