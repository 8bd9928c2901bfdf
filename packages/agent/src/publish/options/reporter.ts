/** Reports an error to developers. Never throws, because its callers have work to finish. */
export type Report = (error: unknown) => void

/** @param onError Default: `console.error`. */
export function reporter(onError: Report | undefined): Report {
  const print = (error: unknown): void => console.error(error)
  return (error) => {
    try {
      ;(onError ?? print)(error)
    } catch (failure) {
      print(error)
      print(failure)
    }
  }
}
