import { showInspector } from '@streamfold/app-shared/inspector'
import { useStore } from '@streamfold/react'
import { useEffect, useState } from 'react'

/** The inspector of the conversation, shown while it is open. */
export function useInspector(): readonly [open: boolean, toggle: () => void] {
  const store = useStore()
  const [open, setOpen] = useState(false)
  useEffect(() => (open ? showInspector(store, () => setOpen(false)) : undefined), [open, store])
  return [open, () => setOpen(!open)]
}
