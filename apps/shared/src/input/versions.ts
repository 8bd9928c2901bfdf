/** Moves the focus to a button of a message that is shown in the place of what had it: of another version, or of an editor. */
export function focusAction(id: string, action: 'branch-previous' | 'branch-next' | 'edit'): void {
  // The page draws the message first.
  requestAnimationFrame(() => {
    const row = document.querySelector(`[data-testid=message][data-serial="${CSS.escape(id)}"]`)
    row?.querySelector<HTMLElement>(`[data-testid=${action}]`)?.focus()
  })
}

/** Left and Right lead to the versions before and after. */
export function versionForKey(event: KeyboardEvent, show: (step: -1 | 1) => void): void {
  const step = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : undefined
  if (step === undefined || event.altKey || event.ctrlKey || event.metaKey) return
  event.preventDefault()
  show(step)
}
