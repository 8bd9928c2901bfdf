import { createHash } from 'node:crypto'
import { onTestFinished, vi } from 'vitest'

/** A digest is made in another thread, and takes time that no fake clock has: until the test ends, it takes none. */
export function instantDigests(): void {
  const spy = vi.spyOn(crypto.subtle, 'digest').mockImplementation((_, data) => {
    const bytes = ArrayBuffer.isView(data) ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data)
    return Promise.resolve(new Uint8Array(createHash('sha256').update(bytes).digest()).buffer)
  })
  onTestFinished(() => spy.mockRestore())
}
