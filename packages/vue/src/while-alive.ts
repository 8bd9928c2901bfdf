import type { ComponentInternalInstance, EffectScope, WatchSource } from 'vue'
import { getCurrentInstance, getCurrentScope, onActivated, onDeactivated, onMounted, watch } from 'vue'

/**
 * Begins for each value of `source` in turn, and ends before the next value and with the scope. In a component it begins on mounting, so that
 * rendering on a server leaves nothing behind, and it pauses while `KeepAlive` has the component off the page.
 */
export function whileAlive<Value>(source: WatchSource<Value>, begin: (value: Value) => () => void): void {
  let stop: (() => void) | undefined
  const follow = () => {
    stop ??= watch(source, (value, _, onCleanup) => onCleanup(begin(value)), { immediate: true, flush: 'sync' })
  }
  const component = getCurrentInstance()
  if (!component) return follow()
  if (getCurrentScope() !== scopeOf(component)) {
    // A store's scope may outlive its first component, and another component may end earlier, so it uses no component hooks.
    if (typeof document !== 'undefined') follow()
    return
  }
  onMounted(follow)
  onActivated(follow)
  onDeactivated(() => {
    stop?.()
    stop = undefined
  })
}

function scopeOf(component: ComponentInternalInstance): EffectScope {
  return (component as ComponentInternalInstance & { readonly scope: EffectScope }).scope // Vue's types omit it.
}
