/**
 * Sends a file to where everybody who reads the conversation can fetch it. To fail, reject with an error whose message is a reason: it is
 * shown as "…; reason".
 */
export type Upload = (file: File, task: UploadTask) => Promise<UploadedFile>

/** What an `Upload` is given beside the file. */
export interface UploadTask {
  /** Aborts when the file is removed, or the page that shows it leaves. */
  readonly signal: AbortSignal
  /** Takes the share of the file that has been sent, from 0 to 1. */
  readonly onProgress: (share: number) => void
}

/** Where an upload is. */
export interface UploadedFile {
  /** Its `https:` or `http:` address. */
  readonly url: string
  /** Default: the type of the file. */
  readonly mediaType?: string | undefined
  /** Default: the name of the file. */
  readonly name?: string | undefined
}
