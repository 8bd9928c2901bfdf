/** Moves the focus after a button that had it was removed: to the box; on a phone to the text, because the box would open the keyboard. */
export function focusPrompt(): void {
  const place = matchMedia('(pointer: coarse)').matches ? '.view' : '.composer textarea'
  document.querySelector<HTMLElement>(place)?.focus({ preventScroll: true })
}

/** Shows the first call that waits for a decision of the reader. */
export function showDecision(): void {
  document.querySelector('[data-testid=ask][data-open]')?.scrollIntoView({ block: 'center' })
  focusAfterDecision()
}

/**
 * Moves the focus after a decision, whose buttons were removed: to the next call that waits, otherwise to the box. Not to a button of that call, which
 * a key that is still held would press.
 */
export function focusAfterDecision(): void {
  // The page draws the decision first.
  requestAnimationFrame(() => {
    const next = document.querySelector<HTMLElement>('[data-testid=ask][data-open]')
    if (next) next.focus()
    else focusPrompt()
  })
}
