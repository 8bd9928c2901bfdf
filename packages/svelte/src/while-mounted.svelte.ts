import { untrack } from 'svelte'

/**
 * Begins for each value of `source` in turn, and ends before the next value and with the component. It begins on mounting, so that rendering on a
 * server leaves nothing behind. What `begin` reads is not followed.
 */
export function whileMounted<Value>(source: () => Value, begin: (value: Value) => () => void): void {
  // Derived, so that the same value begins once, whatever `source` has read.
  const value = $derived(source())
  $effect(() => {
    const now = value
    return untrack(() => begin(now))
  })
}
