/**
 * `task` as an edge of the server runs it: what it throws is reported. A throw out of a listener or a timer would end the process, and
 * with it every client's connection.
 */
export function guarded<A extends readonly unknown[]>(
  report: (error: unknown) => void,
  task: (...args: A) => void,
): (...args: A) => void {
  return (...args) => {
    try {
      task(...args)
    } catch (error) {
      report(error)
    }
  }
}

/** One line for the log about an error that no input should cause. */
export function describeFailure(edge: string, error: unknown): string {
  return `failed in ${edge}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`
}
