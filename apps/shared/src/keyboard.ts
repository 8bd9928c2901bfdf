/** Enter sends, unless it starts a line or chooses a word in an input method. */
export function isSendKey(event: KeyboardEvent): boolean {
  return event.key === 'Enter' && !event.shiftKey && !event.isComposing
}

/** Escape stops from anywhere on the page. @returns the way to stop listening. */
export function onEscape(run: () => void): () => void {
  const listen = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && !event.isComposing) run()
  }
  addEventListener('keydown', listen)
  return () => removeEventListener('keydown', listen)
}
