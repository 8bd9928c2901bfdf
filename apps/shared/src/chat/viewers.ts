import type { PresenceMessage, RealtimeChannel } from 'ably'
import type { AppName } from '../dev/page-config.ts'

const graphemes = new Intl.Segmenter('en')

/** Another person with the conversation open. */
export interface Viewer {
  readonly clientId: string
  readonly initials: string
  readonly label: string
}

/** Enters this page as a viewer of the conversation and reports the others. @returns leaves */
export function watchViewers(
  channel: RealtimeChannel,
  me: string,
  app: AppName,
  listener: (viewers: readonly Viewer[]) => void,
): () => void {
  let subscribed = false
  let stopped = false

  // Only on a channel that is attached: presence would attach one that its reader is just leaving, whose own leave it hears.
  const read = async () => {
    if (channel.state !== 'attached') return
    try {
      const members = await channel.presence.get()
      if (!stopped) listener(viewersOf(members, me))
    } catch {
      // Offline, or not allowed to see presence: no viewer is shown.
      if (!stopped) listener([])
    }
  }
  const follow = () => {
    if (channel.state !== 'attached') return listener([])
    if (!subscribed) channel.presence.subscribe(read).catch(() => {})
    subscribed = true
    channel.presence.enter({ app }).catch(() => {})
    void read()
  }

  channel.on(follow)
  follow()
  return () => {
    stopped = true
    channel.off(follow)
    if (subscribed) channel.presence.unsubscribe(read)
    if (channel.state === 'attached') channel.presence.leave().catch(() => {})
  }
}

/** Those who entered as viewers (agents say nothing of an app), without oneself, each once. */
export function viewersOf(members: readonly PresenceMessage[], me: string): readonly Viewer[] {
  const others = new Map<string, Viewer>()
  for (const { clientId, data } of members) {
    const app = appOf(data)
    if (clientId === me || app === undefined) continue
    others.set(clientId, { clientId, initials: initialsOf(clientId), label: `${clientId}, in ${app}` })
  }
  return [...others.values()].toSorted((a, b) => (a.clientId < b.clientId ? -1 : 1))
}

function appOf(data: unknown): AppName | undefined {
  if (typeof data !== 'object' || data === null || !('app' in data)) return undefined
  return data.app === 'React' || data.app === 'Vue' ? data.app : undefined
}

function initialsOf(clientId: string): string {
  const name = clientId.split('-').at(-1) ?? clientId
  const characters = Array.from(graphemes.segment(name.slice(0, 64)), ({ segment }) => segment)
  return characters.slice(0, 2).join('').toUpperCase()
}
