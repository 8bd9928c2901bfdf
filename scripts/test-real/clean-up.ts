import type { Service } from './service.ts'
import { ask } from './service.ts'

interface Stored {
  readonly serial: string
  readonly action?: number
}

const DELETED = 2
/** Below the requests a second that any package allows. */
const atOnce = 8

/**
 * Deletes every message on these channels. What the service refuses stays until the channel's history expires.
 * @returns how many were deleted, and why channels could not be emptied.
 */
export async function cleanUp(
  service: Service,
  channels: readonly string[],
): Promise<{ deleted: number; left: readonly string[] }> {
  let deleted = 0
  const left: string[] = []
  const waiting = [...channels]
  const work = async () => {
    for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
      try {
        const emptied = await empty(service, name)
        deleted += emptied
      } catch (error) {
        left.push(`${name}: ${reasonOf(error)}`)
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return { deleted, left }
}

async function empty(service: Service, channel: string): Promise<number> {
  const path = `/channels/${encodeURIComponent(channel)}/messages`
  const all = (await ask(service, 'GET', `${path}?limit=1000`)) as readonly Stored[] // Of Ably's REST API.
  const present = all.filter(({ action }) => action !== DELETED)
  for (const { serial } of present) await ask(service, 'PATCH', `${path}/${encodeURIComponent(serial)}`, { action: DELETED })
  return present.length
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}, ${error.cause.message}` : error.message
}
