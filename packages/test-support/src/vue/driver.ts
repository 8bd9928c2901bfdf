import { readScreen, readUploads } from '../bindings/read-screen.ts'
import type { BindingDriver, MountedBinding } from '@streamfold/testkit'
import { KeepAlive, createApp, defineComponent, h, nextTick, shallowReactive } from 'vue'
import type { UploadsProbe } from './uploads.ts'
import { uploads } from './uploads.ts'
import { newProbe, selection, tree } from './tree.ts'
import { render } from './render.ts'

export const driver: BindingDriver = {
  mount(client, options): MountedBinding {
    const probe = newProbe()
    const current = shallowReactive({ options, hidden: false })
    const Page = defineComponent(() => () => tree(current.options, probe))
    const { element, unmount } = render(client, () => () => h(KeepAlive, () => (current.hidden ? null : h(Page))))
    return {
      screen: () => readScreen(element),
      actions: () => probe.result!,
      draws: () => ({ list: probe.list, rows: new Map(probe.rows) }),
      update: (next) => void (current.options = next),
      unmount,
      hide: () => void (current.hidden = true),
      show: () => void (current.hidden = false),
    }
  },
  mountSelection(client, options, selector, isEqual) {
    const probe = newProbe()
    const current = shallowReactive({ options })
    const { element, unmount } = render(client, () => () => selection(current.options, probe, selector, isEqual))
    return {
      text: () => element.textContent,
      draws: () => probe.list,
      update: (next) => void (current.options = next),
      unmount,
    }
  },
  mountUploads(options) {
    const probe: UploadsProbe = {}
    const current = shallowReactive({ options })
    const app = createApp(uploads(() => current.options, probe))
    const element = document.body.appendChild(document.createElement('main'))
    app.mount(element)
    let mounted = true
    return {
      screen: () => readUploads(element),
      actions: () => probe.result!,
      update: (next) => void (current.options = next),
      unmount() {
        if (mounted) app.unmount()
        mounted = false
        element.remove()
      },
    }
  },
  settled: () => nextTick(),
}
