import { showInspector } from '@streamfold/app-shared/inspector'
import { useStore } from '@streamfold/vue'
import type { ShallowRef } from 'vue'
import { shallowRef, watchEffect } from 'vue'

/** The inspector of the conversation, shown while it is open. */
export function useInspector(): readonly [open: Readonly<ShallowRef<boolean>>, toggle: () => void] {
  const store = useStore()
  const open = shallowRef(false)
  watchEffect((onCleanup) => {
    if (open.value) onCleanup(showInspector(store.value, () => (open.value = false)))
  })
  return [open, () => (open.value = !open.value)]
}
