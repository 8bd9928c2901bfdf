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

/** Whether a link was clicked to be followed here, not in another tab or window. */
export function isPlainClick({ button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean {
  return button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey
}
