/** What scrolls sideways must be reachable, and named, without a mouse. */
export function scrollable(element: HTMLElement, label: string): void {
  element.tabIndex = 0
  element.setAttribute('role', 'group')
  element.setAttribute('aria-label', label)
}
