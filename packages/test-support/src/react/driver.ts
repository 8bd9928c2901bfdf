import { readScreen, readUploads } from '../bindings/read-screen.ts'
import type { BindingDriver, MountedBinding } from '@streamfold/testkit'
import type { UploadsProbe } from './uploads.ts'
import { uploads } from './uploads.ts'
import { newProbe, selection, tree } from './tree.ts'
import { render } from './render.ts'

export const driver: BindingDriver = {
  mount(client, options): MountedBinding {
    const probe = newProbe()
    let current = options
    const { element, update, unmount } = render(tree(client, options, probe))
    return {
      screen: () => readScreen(element),
      actions: () => probe.result!,
      draws: () => ({ list: probe.list, rows: new Map(probe.rows) }),
      update: (next) => update(tree(client, (current = next), probe)),
      unmount,
      hide: () => update(tree(client, current, probe, true)),
      show: () => update(tree(client, current, probe)),
    }
  },
  mountSelection(client, options, selector, isEqual) {
    const probe = newProbe()
    const { element, update, unmount } = render(selection(client, options, probe, selector, isEqual))
    return {
      text: () => element.textContent,
      draws: () => probe.list,
      update: (next) => update(selection(client, next, probe, selector, isEqual)),
      unmount,
    }
  },
  mountUploads(options) {
    const probe: UploadsProbe = {}
    const { element, update, unmount } = render(uploads(options, probe))
    return {
      screen: () => readUploads(element),
      actions: () => probe.result!,
      update: (next) => update(uploads(next, probe)),
      unmount,
    }
  },
  // React draws in tasks of its own.
  settled: () => new Promise((resolve) => setImmediate(() => setImmediate(resolve))),
}
