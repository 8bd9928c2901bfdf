/** Reports an error as the host reports uncaught ones: what a bridge to another chat does with failures that no caller awaits. */
export function reportUncaught(error: unknown): void {
  setTimeout(() => {
    throw error
  })
}
