import { filesToSend, uploadFile, uploadLimits } from '@streamfold/app-shared'
import type { PromptFile, RefusedFile, UploadItem, UploadsActions } from '@streamfold/app-shared'
import { useUploads } from '@streamfold/svelte'

export interface Attachments extends Pick<UploadsActions, 'add' | 'retry' | 'remove' | 'setAlt'> {
  readonly files: readonly UploadItem[]
  readonly refused: readonly RefusedFile[]
  readonly ready: boolean
  /** @param publish resolves with whether the prompt was accepted */
  readonly sendWith: (publish: (files: readonly PromptFile[]) => Promise<boolean>) => Promise<boolean>
}

/** The files of the next prompt. They leave the box when it is sent, and come back if it is refused. */
export function useAttachments(): Attachments {
  const uploads = useUploads({ upload: uploadFile, ...uploadLimits })
  const { add, retry, remove, setAlt } = uploads
  let sending = $state.raw<ReadonlySet<string>>(new Set())
  const files = $derived(uploads.files.filter(({ id }) => !sending.has(id)))
  const ready = $derived(files.every(({ status }) => status === 'ready'))

  return {
    get files() {
      return files
    },
    get refused() {
      return uploads.refused
    },
    get ready() {
      return ready
    },
    add,
    retry,
    remove,
    setAlt,
    async sendWith(publish) {
      const ids = files.map(({ id }) => id)
      for (const { id } of uploads.refused) remove(id)
      const promptFiles = filesToSend(files)
      sending = new Set([...sending, ...ids])
      const sent = await publish(promptFiles)
      if (sent) for (const id of ids) remove(id)
      sending = new Set([...sending].filter((id) => !ids.includes(id)))
      return sent
    },
  }
}
