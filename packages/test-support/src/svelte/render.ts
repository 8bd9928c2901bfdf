import type { AblyClient } from '@streamfold/testkit'
import type { Realtime } from 'ably'
import type { Component } from 'svelte'
import { hydrate, mount, unmount } from 'svelte'
import { writable } from 'svelte/store'
import Page from './page.svelte'

type Props = Readonly<Record<string, unknown>>

/** Renders a component into a new element of the page, with a client above it; takes `html` over where it is given. `set` changes its props. */
export function render(client: AblyClient | Realtime | undefined, of: Component<never>, props: Props, html?: string) {
  const element = document.body.appendChild(document.createElement('main'))
  if (html !== undefined) element.innerHTML = html
  // happy-dom parses one text as several where it contains `>`, which a browser does not, and Svelte takes it for another page.
  element.normalize()
  const given = writable(props)
  const start = html === undefined ? mount : hydrate
  const page = start(Page, { target: element, props: { client, of, given } })
  let mounted = true
  return {
    element,
    set: (changed: Props) => given.update((before) => ({ ...before, ...changed })),
    unmount() {
      if (mounted) void unmount(page)
      mounted = false
      element.remove()
    },
  }
}
