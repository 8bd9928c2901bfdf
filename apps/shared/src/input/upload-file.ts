import type { Upload } from '@streamfold/client'

/** What the agent's store takes, as its `files-route.ts` says. The agent checks it again. */
export const uploadLimits = {
  accept: 'image/png,image/jpeg,image/gif,image/webp,application/pdf,text/plain',
  maxSize: 5 * 1024 * 1024,
  maxCount: 10,
} as const

/** Sends a file to the agent's store. `fetch` reports no progress of what it sends, so this is an XMLHttpRequest. */
export const uploadFile: Upload = (file, { signal, onProgress }) =>
  new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `/files?name=${encodeURIComponent(file.name)}`)
    request.responseType = 'json'
    request.setRequestHeader('content-type', file.type)
    request.upload.addEventListener('progress', ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0))
    request.addEventListener('load', () => {
      const { error, url, mediaType, name }: Stored = request.response ?? {}
      if (request.status === 201 && url !== undefined) resolve({ url, ...(mediaType && { mediaType }), ...(name && { name }) })
      else reject(new Error(reasonOf(error?.message) ?? `the server answered ${request.status}`))
    })
    request.addEventListener('error', () => reject(new Error('the agent could not be reached')))
    signal.addEventListener('abort', () => {
      request.abort()
      reject(signal.reason)
    })
    request.send(file)
  })

/** The reason alone: which file it is about is said in front of it. */
function reasonOf(message: string | undefined): string | undefined {
  return message?.replace(/^unable to [^;]*; /, '')
}

/** What the agent answers, whether it has stored the file or not. Anything else may answer in its place. */
interface Stored {
  readonly url?: string
  readonly mediaType?: string
  readonly name?: string
  readonly error?: { readonly message?: string }
}
