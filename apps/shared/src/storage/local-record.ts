/** Records on this device, under one prefix per origin. A browser without storage (private, full) works without them. */
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
    // Storage is full or forbidden: the page works without it.
  }
}

/** Calls back after other tabs have written. @returns stops listening */
export function onRecord(name: string, listener: () => void): () => void {
  const tell = ({ key }: StorageEvent) => {
    if (key === prefix + name || key === null) listener()
  }
  addEventListener('storage', tell)
  return () => removeEventListener('storage', tell)
}
