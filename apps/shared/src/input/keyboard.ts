/** Enter sends, unless it starts a line or chooses a word in an input method. */
export function isSendKey(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !isComposing(event)
}

/** Enter with Ctrl, or with Command, adds to the answer that is being written. */
export function isSteerKey(event: KeyboardEvent): boolean {
  return isSendKey(event) && (event.ctrlKey || event.metaKey)
}

/** The keys of `isSteerKey`, as this system's keyboards have them. */
export function steerKeys(): string {
  return /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘+Enter' : 'Ctrl+Enter'
}

/** Escape stops from anywhere on the page. @returns stops listening */
export function onEscape(run: () => void): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || isComposing(event)) return
    // In a dialog, Escape closes the dialog.
    if (!document.querySelector('dialog[open]')) run()
  }
  addEventListener('keydown', listen)
  return () => removeEventListener('keydown', listen)
}

/**
 * Escape cancels an action within a dialog before it closes the dialog: it calls `run` and does nothing else. A key of an input
 * method does nothing: Enter does not submit the form, and Escape does not close the dialog.
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
 * Whether a key belongs to an input method. Safari sends the key that ends a conversion after `compositionend`, when `isComposing` is false
 * again; the key code is then still 229, as in the UI Events specification for a key that an input method has handled.
 */
function isComposing({ isComposing, keyCode }: KeyboardEvent): boolean {
  return isComposing || keyCode === 229
}

/** Whether a click follows a link here, not in another tab or window. */
export function isPlainClick({ button, metaKey, ctrlKey, shiftKey, altKey }: MouseEvent): boolean {
  return button === 0 && !metaKey && !ctrlKey && !shiftKey && !altKey
}
