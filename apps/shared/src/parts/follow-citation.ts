/**
 * Follows a numbered mark in a text to its source, which gets the focus. The page's address does not change.
 *
 * @param message the element that has the text and the sources
 */
export function followCitation(event: MouseEvent, message: Element): void {
  const { target } = event
  const link = target instanceof Element ? target.closest<HTMLAnchorElement>('a.cite') : null
  if (!link) return
  event.preventDefault()
  const [, number] = /^#cite-(\d+)$/.exec(link.hash) ?? []
  const source = message.querySelector<HTMLElement>(`[data-source="${number}"]`)
  source?.scrollIntoView({ block: 'nearest' })
  source?.focus({ preventScroll: true })
}
