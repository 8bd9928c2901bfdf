/** Hands an error to developers. Never throws, as whoever calls it is in the middle of something. */
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
