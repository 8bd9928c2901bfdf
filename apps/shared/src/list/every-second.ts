/** Tells the local time each second, at once to begin with. @returns the way to stop. */
export function everySecond(listener: (now: number) => void): () => void {
  listener(Date.now())
  const timer = setInterval(() => listener(Date.now()), 1000)
  return () => clearInterval(timer)
}
