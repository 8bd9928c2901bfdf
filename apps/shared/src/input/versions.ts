/** Moves the focus to the button of a version that is shown in the place of another, whose row was removed. */
export function focusVersion(id: string, direction: 'previous' | 'next'): void {
  // The page draws the version first.
  requestAnimationFrame(() => {
    const row = document.querySelector(`[data-testid=message][data-serial="${CSS.escape(id)}"]`)
    row?.querySelector<HTMLElement>(`[data-testid=branch-${direction}]`)?.focus()
  })
}

/** Left and Right lead to the versions before and after. */
export function versionForKey(event: KeyboardEvent, show: (step: -1 | 1) => void): void {
  const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : undefined
  if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  show(step)
}
