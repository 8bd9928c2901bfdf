/** Enter sends, unless it starts a line or chooses a word in an input method. */
export function isSendKey(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !isComposing(event)
}

/** Escape stops from anywhere on the page. @returns the way to stop listening. */
export function onEscape(run: () => void): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || isComposing(event)) return
    // In a dialog it closes that.
    if (!document.querySelector('dialog[open]')) run()
  }
  addEventListener('keydown', listen)
  return () => removeEventListener('keydown', listen)
}

/**
 * Escape ends what is done in a part of a dialog, before it closes the dialog: `run` does, and is told of nothing else. A key of an input
 * method does nothing: neither does Enter submit the form, nor Escape close the dialog.
 */
export function endOnEscape(event: KeyboardEvent, run: () => void): void {
  if (isComposing(event)) {
    if (event.key === 'Enter' || event.key === 'Escape') event.preventDefault()
    return
  }
  if (event.key !== 'Escape') return
  event.preventDefault()
  event.stopPropagation()
  run()
}

/**
 * Whether a key belongs to an input method. Safari tells of the key that ends a conversion after `compositionend`, when `isComposing` is false
 * again; the key code is then still 229, as the UI Events specification has it for a key that an input method has taken.
 */
function isComposing({ isComposing, keyCode }: KeyboardEvent): boolean {
  return isComposing || keyCode === 229
}

/** Whether a link was clicked to be followed here, not in another tab or window. */
export function isPlainClick({ button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean {
  return button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey
}
