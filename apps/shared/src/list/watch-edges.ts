/** How near an edge, in heights of the view, more rows are asked for. */
const near = 1.5

/** Requests rows before or after the rendered ones while a reader scrolls towards them. @returns stops watching */
export function watchEdges(view: HTMLElement, onEarlier: () => void, onLater: () => void): () => void {
  const onScroll = () => {
    const room = view.clientHeight * near
    if (view.scrollTop < room) onEarlier()
    else if (view.scrollHeight - view.clientHeight - view.scrollTop < room) onLater()
  }
  view.addEventListener('scroll', onScroll, { passive: true })
  return () => view.removeEventListener('scroll', onScroll)
}
