/** Where to go on after a button that took the focus with it: the box; on a phone the text, for the box would bring up the keyboard. */
export function focusPrompt(): void {
  const place = matchMedia('(pointer: coarse)').matches ? '.view' : '.composer textarea'
  document.querySelector<HTMLElement>(place)?.focus({ preventScroll: true })
}
