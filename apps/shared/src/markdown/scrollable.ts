/** Lets an element that scrolls sideways be reached without a mouse, and gives it a name. */
export function scrollable(element: HTMLElement, label: string): void {
  element.tabIndex = 0
  element.setAttribute('role', 'group')
  element.setAttribute('aria-label', label)
}
