import type { BindingDriver, MountedBinding } from '@streamfold/testkit'
import type { UseUploadsResult } from '@streamfold/svelte'
import { tick } from 'svelte'
import { readScreen, readUploads } from '../bindings/read-screen.ts'
import { newProbe } from './probe.ts'
import { render } from './render.ts'
import Selection from './selection.svelte'
import Tree from './tree.svelte'
import Uploads from './uploads.svelte'

export const driver: BindingDriver = {
  mount(client, options): MountedBinding {
    const probe = newProbe()
    const { element, set, unmount } = render(client, Tree, { options, probe })
    return {
      screen: () => readScreen(element),
      actions: () => probe.result!,
      draws: () => ({ list: probe.list, rows: new Map(probe.rows) }),
      update: (next) => set({ options: next }),
      unmount,
      hide: cannotHide,
      show: cannotHide,
    }
  },
  mountSelection(client, options, selector, isEqual) {
    const probe = newProbe()
    const { element, set, unmount } = render(client, Selection, { options, probe, selector, isEqual })
    return { text: () => element.textContent, draws: () => probe.list, update: (next) => set({ options: next }), unmount }
  },
  mountUploads(options) {
    const probe: { result?: UseUploadsResult } = {}
    const { element, set, unmount } = render(undefined, Uploads, { options, probe })
    return {
      screen: () => readUploads(element),
      actions: () => probe.result!,
      update: (next) => set({ options: next }),
      unmount,
    }
  },
  settled: tick,
  cannotHide: 'Svelte has nothing that hides a component and keeps it',
}

function cannotHide(): never {
  throw new Error('unable to hide the component; Svelte can only unmount one')
}
