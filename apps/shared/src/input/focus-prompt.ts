/** Moves the focus after a button that had it was removed: to the box; on a phone to the text, because the box would open the keyboard. */
export function focusPrompt(): void {
  const place = matchMedia('(pointer: coarse)').matches ? '.view' : '.composer textarea'
  document.querySelector<HTMLElement>(place)?.focus({ preventScroll: true })
}
