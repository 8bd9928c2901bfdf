import { texts } from '@streamfold/app-shared'
import { showInspector } from '@streamfold/app-shared/inspector'
import { useStore } from '@streamfold/react'
import { useEffect, useState } from 'react'

/** Opens and closes the inspector of the conversation. */
export function InspectButton() {
  const store = useStore()
  const [open, setOpen] = useState(false)
  useEffect(() => (open ? showInspector(store, () => setOpen(false)) : undefined), [open, store])
  return (
    <button
      type="button"
      data-testid="inspect"
      aria-label={texts.inspectorLabel}
      aria-expanded={open}
      onClick={() => setOpen(!open)}
    >
      {texts.inspector}
    </button>
  )
}
