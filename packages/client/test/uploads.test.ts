import { describe, expect, it } from 'vitest'
import type { Upload, UploadOptions } from '../src/index.ts'
import { ConversationError, createUploads } from '../src/index.ts'

const picture = () => new File(['pixels'], 'a.png', { type: 'image/png', lastModified: 1 })
const tasks = () => new Promise((resolve) => setImmediate(resolve))

function attached() {
  const begun: { readonly signal: AbortSignal; readonly resolve: (url: string) => void }[] = []
  const upload: Upload = (_, { signal }) => new Promise((resolve) => begun.push({ signal, resolve: (url) => resolve({ url }) }))
  return { begun, uploads: createUploads(() => ({ upload })) }
}

describe('files that are attached', () => {
  it('are uploaded again after they were suspended, with other previews', async () => {
    const { begun, uploads } = attached()
    uploads.resume()
    uploads.add([picture()])
    const [before] = uploads.getState().files
    uploads.suspend()
    expect([begun[0]?.signal.aborted, uploads.getState().files]).toMatchObject([
      true,
      [{ status: 'uploading', preview: undefined }],
    ])
    begun[0]?.resolve('https://files.test/too-late')
    await tasks()
    expect(uploads.getState().files).toMatchObject([{ status: 'uploading' }])
    uploads.resume()
    const [after] = uploads.getState().files
    expect(after?.preview).toMatch(/^blob:/)
    expect(after?.preview).not.toBe(before?.preview)
    begun[1]?.resolve('https://files.test/a')
    await tasks()
    expect(uploads.getState().uploaded).toEqual([{ url: 'https://files.test/a', mediaType: 'image/png', name: 'a.png' }])
    uploads.suspend()
    uploads.resume()
    expect([begun.length, uploads.getState().files[0]?.status]).toEqual([2, 'ready'])
  })

  it('are the same objects while nothing of them changes', async () => {
    const { begun, uploads } = attached()
    let changes = 0
    const stop = uploads.subscribe(() => changes++)
    uploads.add([picture()])
    begun[0]?.resolve('https://files.test/a')
    await tasks()
    const { uploaded } = uploads.getState()
    uploads.add([new File(['x'], 'b.pdf', { type: 'application/pdf' })])
    expect(uploads.getState().uploaded).toBe(uploaded)
    expect(uploads.getState()).toBe(uploads.getState())
    stop()
    const before = changes
    uploads.clear()
    expect(changes).toBe(before)
  })

  it('need a function that uploads', () => {
    expect(() => createUploads(() => ({}) as unknown as UploadOptions)).toThrow(
      new ConversationError('wrong-option', 'unable to attach files; the option `upload` is not a function: give one'),
    )
  })
})
