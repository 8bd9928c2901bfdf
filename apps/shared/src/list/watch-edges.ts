/** How near an edge, in heights of the view, more rows are asked for. */
const near = 1.5

/** Asks for rows before or after those on the page while a reader scrolls towards them. @returns the way to stop. */
export function watchEdges(view: HTMLElement, onEarlier: () => void, onLater: () => void): () => void {
  const onScroll = () => {
    const room = view.clientHeight * near
    if (view.scrollTop < room) onEarlier()
    else if (view.scrollHeight - view.clientHeight - view.scrollTop < room) onLater()
  }
  view.addEventListener('scroll', onScroll, { passive: true })
  return () => view.removeEventListener('scroll', onScroll)
}
