const record = (side: string) => `streamfold-inspector:${side}`

/** The size in pixels that a user chose on this device; undefined if none was chosen. */
export function keptSize(side: string): number | undefined {
  try {
    return Number(localStorage.getItem(record(side))) || undefined
  } catch {
    // The browser forbids storage.
    return undefined
  }
}

/** Stores a size. @param size in pixels; undefined removes it */
export function keepSize(side: string, size: number | undefined): void {
  try {
    if (size === undefined) localStorage.removeItem(record(side))
    else localStorage.setItem(record(side), String(size))
  } catch {
    // Storage is full or forbidden: the size lasts until the inspector is closed.
  }
}
