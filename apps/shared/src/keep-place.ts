/**
 * Holds what is read in its place when older messages come in above it. Browsers that do this themselves do not at the very
 * top, which is where one asks for older messages; the style sheet turns theirs off.
 *
 * @returns to be called whenever the text has changed its height.
 */
export function keepPlace(view: HTMLElement): () => void {
  const firstRow = () => view.querySelector<HTMLElement>('[data-serial]')
  let first = firstRow()
  let top = first?.offsetTop ?? 0

  return () => {
    const row = firstRow()
    if (first?.isConnected && row !== first) view.scrollTop += first.offsetTop - top
    first = row
    top = row?.offsetTop ?? 0
  }
}
