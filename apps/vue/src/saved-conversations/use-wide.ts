import { isWide, watchWide } from '@streamfold/app-shared'
import type { ShallowRef } from 'vue'
import { onScopeDispose, shallowRef } from 'vue'

/** Whether there is room for the list of conversations beside the page. */
export function useWide(): Readonly<ShallowRef<boolean>> {
  const wide = shallowRef(isWide())
  onScopeDispose(watchWide((now) => (wide.value = now)))
  return wide
}
