/** Calls back with the local time at once and then each second. @returns stops it */
export function everySecond(listener: (now: number) => void): () => void {
  listener(Date.now())
  const timer = setInterval(() => listener(Date.now()), 1000)
  return () => clearInterval(timer)
}
