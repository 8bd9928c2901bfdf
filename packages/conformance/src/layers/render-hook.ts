import type { ReactNode } from 'react'
import { createElement, useEffect } from 'react'
import { flushSync } from 'react-dom'
import { createRoot } from 'react-dom/client'

/** A component that does nothing but use a hook, not in strict mode, which is for development. `current` is what the page shows: the result of the last render that was committed. */
export function renderHook<Result>(
  use: () => Result,
  within: (page: ReactNode) => ReactNode = (page) => page,
): { readonly current: () => Result; readonly unmount: () => void } {
  let latest: { readonly result: Result } | undefined
  function Page(): ReactNode {
    const result = use()
    useEffect(() => void (latest = { result }))
    return null
  }
  const root = createRoot(document.createElement('main'))
  flushSync(() => root.render(within(createElement(Page))))
  return {
    current() {
      if (!latest) throw new Error('unable to look at the page; it has not been rendered')
      return latest.result
    },
    unmount: () => root.unmount(),
  }
}
