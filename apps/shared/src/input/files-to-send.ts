import type { UploadItem } from '@streamfold/client'
import type { PromptFile } from '@streamfold/core'

/** The uploaded ones of these files, as a prompt carries them. */
export function filesToSend(files: readonly UploadItem[]): readonly PromptFile[] {
  return files.flatMap((file) => {
    if (file.status !== 'ready') return []
    const { url, mediaType, name, alt } = file
    return [{ url, mediaType, name, ...(alt?.trim() && { alt: alt.trim() }) }]
  })
}
