/** What this device keeps, under one prefix per origin. A browser that keeps nothing (private, full) costs nothing else. */
const prefix = 'streamfold:'

export function readRecord(name: string): string | undefined {
  try {
    return localStorage.getItem(prefix + name) ?? undefined
  } catch {
    return undefined
  }
}

/** An empty value is no record. */
export function writeRecord(name: string, value: string): void {
  try {
    if (value === '') localStorage.removeItem(prefix + name)
    else localStorage.setItem(prefix + name, value)
  } catch {
    // Full or forbidden: the page works on without.
  }
}

/** Tells of what other tabs write. @returns the way to stop. */
export function onRecord(name: string, listener: () => void): () => void {
  const tell = ({ key }: StorageEvent) => {
    if (key === prefix + name || key === null) listener()
  }
  addEventListener('storage', tell)
  return () => removeEventListener('storage', tell)
}
