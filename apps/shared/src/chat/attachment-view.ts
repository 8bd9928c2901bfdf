import type { UploadItem } from '@streamfold/client'
import { texts } from './texts.ts'

/** A file that is to be sent, as the box shows it. */
export interface AttachmentView {
  /** Its size, how far it is, or why it is not sent. */
  readonly state: string
  readonly tone: 'quiet' | 'bad'
  /** What stands for a file without a picture. */
  readonly kind: string
  readonly isImage: boolean
  readonly removeLabel: string
}

export function attachmentView(item: UploadItem): AttachmentView {
  const { name, size, mediaType, status } = item
  return {
    state: status === 'failed' ? item.error : status === 'uploading' ? percent(item.progress) : sizeText(size),
    tone: status === 'failed' ? 'bad' : 'quiet',
    kind: mediaType === 'application/pdf' ? 'PDF' : mediaType.startsWith('image/') ? texts.file.image : texts.file.text,
    isImage: mediaType.startsWith('image/'),
    removeLabel: `${status === 'uploading' ? texts.attach.cancel : texts.attach.remove} ${name}`,
  }
}

function percent(progress: number): string {
  return `${texts.attach.uploading} ${Math.round(progress * 100)} %`
}

function sizeText(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`
  return bytes < 1_000_000 ? `${Math.round(bytes / 1_000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}
