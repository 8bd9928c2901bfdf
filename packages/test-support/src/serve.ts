import type { LocalAbly, LocalAblyOptions } from '@streamfold/local-ably'
import { createLocalAbly } from '@streamfold/local-ably'
import { onTestFinished } from 'vitest'

/** A local Ably that closes when the test ends. */
export async function serve(options: LocalAblyOptions = {}): Promise<LocalAbly> {
  // Versions one by one, as a test writes them.
  const server = await createLocalAbly({ appendRollupWindow: 0, ...options })
  onTestFinished(() => server.close())
  return server
}
