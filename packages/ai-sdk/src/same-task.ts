/** Detects whether two things happen in the same task, in either order. */
export interface SameTask {
  /** Records that it happens now. */
  mark(): void
  /** Takes the mark back. */
  clear(): void
  /** Resolves at the end of the task: whether `mark` was called in it. */
  marked(): Promise<boolean>
}

/** Creates a detector for one kind of event. */
export function sameTask(): SameTask {
  let mark: object | undefined
  async function expire(own: object): Promise<void> {
    // One microtask after the other callers of this task.
    await undefined
    await undefined
    if (mark === own) mark = undefined
  }
  return {
    mark() {
      mark = {}
      void expire(mark)
    },
    clear: () => void (mark = undefined),
    async marked() {
      await undefined
      return mark !== undefined
    },
  }
}
