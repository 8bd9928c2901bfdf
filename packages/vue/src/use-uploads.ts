import type { UploadOptions, UploadsActions, UploadsState } from '@streamfold/client'
import { createUploads } from '@streamfold/client'
import type { ComputedRef, MaybeRefOrGetter } from 'vue'
import { computed, onScopeDispose, shallowRef, toValue } from 'vue'

/** The result of `useUploads`: the files as refs, and what a person does with them. */
export interface UseUploadsResult extends UploadsActions {
  readonly files: ComputedRef<UploadsState['files']>
  readonly refused: ComputedRef<UploadsState['refused']>
  readonly ready: ComputedRef<boolean>
  readonly uploaded: ComputedRef<UploadsState['uploaded']>
}

/**
 * Uploads the files that a person attaches to a prompt, as soon as they are added. Unmounting aborts what is being uploaded, and frees the
 * previews; a component that `KeepAlive` hides goes on.
 */
export function useUploads(options: MaybeRefOrGetter<UploadOptions>): UseUploadsResult {
  const { getState, subscribe, suspend, add, retry, remove, setAlt, clear } = createUploads(() => toValue(options))
  const state = shallowRef(getState())
  const stop = subscribe(() => void (state.value = getState()))
  onScopeDispose(() => {
    stop()
    suspend()
  })
  return {
    files: computed(() => state.value.files),
    refused: computed(() => state.value.refused),
    ready: computed(() => state.value.ready),
    uploaded: computed(() => state.value.uploaded),
    add,
    retry,
    remove,
    setAlt,
    clear,
  }
}
