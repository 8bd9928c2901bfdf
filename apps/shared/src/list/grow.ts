/** Makes the box as tall as its text where `field-sizing` is not known; the style sheet holds the limits. */
export function growWithText(box: HTMLTextAreaElement): void {
  if (CSS.supports('field-sizing', 'content')) return
  box.style.height = 'auto'
  box.style.height = `${box.scrollHeight}px`
}
