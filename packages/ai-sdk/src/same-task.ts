/** Tells whether something else happens in the task in which something happens, before it or after. */
export interface SameTask {
  /** It happens now. */
  mark(): void
  /** It has not happened after all. */
  clear(): void
  /** Resolves when the task is over: whether `mark` was called in it. */
  marked(): Promise<boolean>
}

export function sameTask(): SameTask {
  let mark: object | undefined
  async function expire(own: object): Promise<void> {
    // One microtask later than whoever asked in this task.
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
