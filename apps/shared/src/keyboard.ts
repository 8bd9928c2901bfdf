/** Enter sends, unless it starts a line or chooses a word in an input method. */
export function isSendKey(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.isComposing
}

/** Escape stops from anywhere on the page. @returns the way to stop listening. */
export function onEscape(run: () => void): () => void {
  const listen = (event: KeyboardEvent) => {
    // In a dialog it closes that.
    if (event.key === 'Escape' && !event.isComposing && !document.querySelector('dialog[open]')) run()
  }
  addEventListener('keydown', listen)
  return () => removeEventListener('keydown', listen)
}

/** Escape ends what is done in a part of a dialog, before it closes the dialog: `run` does, and is told of nothing else. */
export function endOnEscape(event: KeyboardEvent, run: () => void): void {
  if (event.key !== 'Escape' || event.isComposing) return
  event.preventDefault()
  event.stopPropagation()
  run()
}

/** Whether a link was clicked to be followed here, not in another tab or window. */
export function isPlainClick({ button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean {
  return button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey
}
