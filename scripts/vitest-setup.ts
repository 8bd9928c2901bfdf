import { vi } from 'vitest'

// One second, vitest's own limit, is over soon on a busy machine, where a test that waits for a socket would fail without a reason.
const limit = 20_000
const waitFor = vi.waitFor.bind(vi)
vi.waitFor = (callback, options) => waitFor(callback, typeof options === 'number' ? options : { timeout: limit, ...options })
