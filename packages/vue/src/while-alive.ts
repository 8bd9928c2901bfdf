import type { WatchSource } from 'vue'
import { getCurrentInstance, onActivated, onDeactivated, onMounted, watch } from 'vue'

/**
 * Begins for each value of `source` in turn, and ends before the next and with the scope. In a component it begins when that
 * is mounted, so that rendering on a server leaves nothing behind, and pauses while `KeepAlive` has it off the page.
 */
export function whileAlive<Value>(source: WatchSource<Value>, begin: (value: Value) => () => void): void {
  let stop: (() => void) | undefined
  const follow = () => {
    stop ??= watch(source, (value, _, onCleanup) => onCleanup(begin(value)), { immediate: true, flush: 'sync' })
  }
  if (!getCurrentInstance()) return follow()
  onMounted(follow)
  onActivated(follow)
  onDeactivated(() => {
    stop?.()
    stop = undefined
  })
}
