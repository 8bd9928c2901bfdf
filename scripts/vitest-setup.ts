import { afterAll, vi } from 'vitest'

// One second, vitest's own limit, is over soon on a busy machine, where a test that waits for a socket would fail without a reason.
const limit = 20_000
// Vitest's own, kept for the next file in the same process, which would otherwise wrap what is here.
const kept = globalThis as { vitestWaitFor?: typeof vi.waitFor }
const waitFor = (kept.vitestWaitFor ??= vi.waitFor.bind(vi))
vi.waitFor = (callback, options) => waitFor(callback, typeof options === 'number' ? options : { timeout: limit, ...options })

// Files that run in one process leave each other nothing.
afterAll(() => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
  vi.useRealTimers()
})
