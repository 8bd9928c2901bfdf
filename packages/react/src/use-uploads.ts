import type { UploadOptions, UploadsActions, UploadsState } from '@streamfold/client'
import { createUploads } from '@streamfold/client'
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'

/** The result of `useUploads`: the files, and what a person does with them. */
export interface UseUploadsResult extends UploadsState, UploadsActions {}

/**
 * Uploads the files that a person attaches to a prompt, as soon as they are added. Unmounting aborts what is being uploaded, and frees the
 * previews; a hidden component begins again when it is shown.
 *
 * @param options may be a new object with each render
 */
export function useUploads(options: UploadOptions): UseUploadsResult {
  const newest = useRef(options)
  useEffect(() => {
    newest.current = options
  })
  const [uploads] = useState(() => createUploads(() => newest.current))
  useEffect(() => {
    uploads.resume()
    return uploads.suspend
  }, [uploads])
  const state = useSyncExternalStore(uploads.subscribe, uploads.getState, uploads.getState)
  return useMemo(() => {
    const { add, retry, remove, setAlt, clear } = uploads
    return { ...state, add, retry, remove, setAlt, clear }
  }, [state, uploads])
}
