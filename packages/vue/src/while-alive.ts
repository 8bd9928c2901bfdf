import type { WatchSource } from 'vue'
import { getCurrentInstance, onMounted, watch } from 'vue'

/**
 * Begins for each value of `source` in turn, and ends before the next and with the scope. In a component it begins when that
 * is mounted, so that rendering on a server leaves nothing behind.
 */
export function whileAlive<Value>(source: WatchSource<Value>, begin: (value: Value) => () => void): void {
  const follow = () => {
    watch(source, (value, _, onCleanup) => onCleanup(begin(value)), { immediate: true, flush: 'sync' })
  }
  if (getCurrentInstance()) onMounted(follow)
  else follow()
}
