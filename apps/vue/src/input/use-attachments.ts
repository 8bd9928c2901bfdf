import { filesToSend, uploadFile, uploadLimits } from '@streamfold/app-shared'
import type { PromptFile } from '@streamfold/app-shared'
import { useUploads } from '@streamfold/vue'
import { computed, shallowRef } from 'vue'

/** The files of the next prompt. They leave the box when it is sent, and come back if it is refused. */
export function useAttachments() {
  const { files, refused, add, retry, remove, setAlt } = useUploads({ upload: uploadFile, ...uploadLimits })
  const sending = shallowRef<ReadonlySet<string>>(new Set())
  const shown = computed(() => files.value.filter(({ id }) => !sending.value.has(id)))
  const ready = computed(() => shown.value.every(({ status }) => status === 'ready'))

  /** @param publish resolves with whether the prompt was accepted */
  async function sendWith(publish: (files: readonly PromptFile[]) => Promise<boolean>): Promise<boolean> {
    const ids = shown.value.map(({ id }) => id)
    for (const { id } of refused.value) remove(id)
    const promptFiles = filesToSend(shown.value)
    sending.value = new Set([...sending.value, ...ids])
    const sent = await publish(promptFiles)
    if (sent) for (const id of ids) remove(id)
    sending.value = new Set([...sending.value].filter((id) => !ids.includes(id)))
    return sent
  }

  return { files: shown, refused, ready, add, retry, remove, setAlt, sendWith }
}
