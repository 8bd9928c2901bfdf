export interface FrameLoop {
  start(): void
  stop(): void
}

/** Runs `frame` once per frame while the element is visible: not in a hidden page, and not while it is scrolled out of sight. */
export function createFrameLoop(element: HTMLElement, frame: (now: number) => void): FrameLoop {
  const { document } = { document: element.ownerDocument }
  let handle: number | undefined
  let running = false
  let inSight = true

  function tick(now: number): void {
    handle = requestAnimationFrame(tick)
    frame(now)
  }
  function decide(): void {
    const wanted = running && inSight && !document.hidden
    if (wanted && handle === undefined) handle = requestAnimationFrame(tick)
    if (wanted || handle === undefined) return
    cancelAnimationFrame(handle)
    handle = undefined
  }
  const observer =
    typeof IntersectionObserver === 'function'
      ? new IntersectionObserver((entries) => {
          inSight = entries.at(-1)?.isIntersecting ?? true
          decide()
        })
      : undefined

  return {
    start() {
      running = true
      observer?.observe(element)
      document.addEventListener('visibilitychange', decide)
      decide()
    },
    stop() {
      running = false
      observer?.disconnect()
      document.removeEventListener('visibilitychange', decide)
      decide()
    },
  }
}
