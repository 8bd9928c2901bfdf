import type { ReactNode } from 'react'
import { flushSync } from 'react-dom'
import { createRoot, hydrateRoot } from 'react-dom/client'

/** Renders at once into a new element of the page; takes `html` over where it is given. */
export function render(
  node: ReactNode,
  html?: string,
): { element: HTMLElement; update: (node: ReactNode) => void; unmount: () => void } {
  const element = document.body.appendChild(document.createElement('main'))
  if (html !== undefined) element.innerHTML = html
  const root = html === undefined ? createRoot(element) : hydrateRoot(element, node)
  const update = (next: ReactNode) => flushSync(() => root.render(next))
  if (html === undefined) update(node)
  else flushSync(() => {})
  let mounted = true
  const unmount = () => {
    if (mounted) root.unmount()
    mounted = false
    element.remove()
  }
  return { element, update, unmount }
}
