import type { AblyClient } from '@streamfold/testkit'
import type { Realtime } from 'ably'
import { createApp, createSSRApp } from 'vue'
import { ablyPlugin } from '@streamfold/vue'

/** Renders into a new element of the page; takes `html` over where it is given. */
export function render(client: AblyClient | Realtime, setup: () => () => unknown, html?: string) {
  const element = document.body.appendChild(document.createElement('main'))
  if (html !== undefined) element.innerHTML = html
  const app = html === undefined ? createApp({ setup }) : createSSRApp({ setup })
  app.use(ablyPlugin, client as unknown as Realtime) // It stands for one.
  app.mount(element)
  let mounted = true
  const unmount = () => {
    if (mounted) app.unmount()
    mounted = false
    element.remove()
  }
  return { element, app, unmount }
}
