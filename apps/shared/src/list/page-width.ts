/** From this width on, in pixels, the list of conversations has a place beside the page. */
const wide = 1_024

/** Whether the page is wide. */
export function isWide(): boolean {
  return document.body.clientWidth >= wide
}

/** Calls back with whether the page is wide, now and when that changes. A docked inspector takes its part of the window. @returns stops it */
export function watchWide(listener: (isWide: boolean) => void): () => void {
  // The content of the body, without the padding that is the inspector's place.
  const observer = new ResizeObserver(([entry]) => listener(entry!.contentRect.width >= wide))
  observer.observe(document.body)
  return () => observer.disconnect()
}
