import { filesToSend, uploadFile, uploadLimits } from '@streamfold/app-shared'
import type { PromptFile } from '@streamfold/app-shared'
import { useUploads } from '@streamfold/react'
import { useState } from 'react'

const options = { upload: uploadFile, ...uploadLimits }
const nothing: ReadonlySet<string> = new Set()

/** The files of the next prompt. They leave the box when it is sent, and come back if it is refused. */
export function useAttachments() {
  const { files, refused, add, retry, remove, setAlt } = useUploads(options)
  const [sending, setSending] = useState(nothing)
  const shown = files.filter(({ id }) => !sending.has(id))

  /** @param publish resolves with whether the prompt was accepted */
  async function sendWith(publish: (files: readonly PromptFile[]) => Promise<boolean>): Promise<boolean> {
    const ids = shown.map(({ id }) => id)
    for (const { id } of refused) remove(id)
    setSending(new Set([...sending, ...ids]))
    const sent = await publish(filesToSend(shown))
    if (sent) for (const id of ids) remove(id)
    setSending((before) => new Set([...before].filter((id) => !ids.includes(id))))
    return sent
  }

  return { files: shown, refused, ready: shown.every(({ status }) => status === 'ready'), add, retry, remove, setAlt, sendWith }
}
