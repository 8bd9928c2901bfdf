import type { UploadOptions, UploadsActions, UploadsState } from '@streamfold/client'
import { createUploads } from '@streamfold/client'
import { untrack } from 'svelte'
import { createSubscriber } from 'svelte/reactivity'
import type { MaybeGetter } from './maybe-getter.ts'
import { valueOf } from './maybe-getter.ts'

/** The result of `useUploads`: the files, as getters, and what a person does with them. */
export interface UseUploadsResult extends UploadsState, UploadsActions {}

/**
 * Uploads the files that a person attaches to a prompt, as soon as they are added. Unmounting aborts what is being uploaded, and frees the previews.
 *
 * @param options a function that returns them, if they may change
 */
export function useUploads(options: MaybeGetter<UploadOptions>): UseUploadsResult {
  const { getState, subscribe, suspend, add, retry, remove, setAlt, clear } = createUploads(() => untrack(() => valueOf(options)))
  const follow = createSubscriber(subscribe)
  const read = (): UploadsState => {
    follow()
    return getState()
  }
  $effect(() => suspend)
  return {
    get files() {
      return read().files
    },
    get refused() {
      return read().refused
    },
    get ready() {
      return read().ready
    },
    get uploaded() {
      return read().uploaded
    },
    add,
    retry,
    remove,
    setAlt,
    clear,
  }
}
