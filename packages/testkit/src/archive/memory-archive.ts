import type {
  ArchivedMessage,
  ConversationIndex,
  IndexedMessage,
  ListedConversation,
  ResponseArchive,
  WithheldData,
  WithheldStore,
} from '@streamfold/core/transport'
import { cursorOf, indexedMessage, listLimit, readCursor, titleOf } from '@streamfold/core/transport'

/** An archive with everything that an archive may have. */
export interface WholeArchive extends ResponseArchive {
  channels(since: number): Promise<readonly string[]>
  readonly withheld: WithheldStore
  readonly conversations: ConversationIndex
}

interface Kept {
  readonly messages: Map<string, { readonly message: ArchivedMessage; readonly indexed: IndexedMessage }>
  readonly withheld: Map<string, WithheldData>
  readonly members: Map<string, Member>
  upTo: string | undefined
  title: string | undefined
}

interface Member {
  /** Serial of the newest prompt that the person wrote. */
  readonly wrote?: string
  readonly isAdded?: boolean
  /** Serial of the newest message when the conversation was taken off the list. */
  readonly removedAt?: string
}

/** Creates an archive in memory, for tests. It keeps what it is given until the process ends. */
export function createMemoryArchive(): WholeArchive {
  const channels = new Map<string, Kept>()
  const keptOf = (channel: string): Kept => {
    const known = channels.get(channel)
    if (known) return known
    const kept: Kept = { messages: new Map(), withheld: new Map(), members: new Map(), upTo: undefined, title: undefined }
    channels.set(channel, kept)
    return kept
  }
  const change = (kept: Kept, clientId: string, change: Member) =>
    kept.members.set(clientId, { ...kept.members.get(clientId), ...change })

  return {
    async put(channel, { messages, upTo }) {
      const kept = keptOf(channel)
      for (const message of messages) {
        const { serial, version } = message
        const indexed = indexedMessage(message)
        const known = kept.messages.get(serial)
        if (!known || known.message.version.serial < version.serial) kept.messages.set(serial, { message, indexed })
        if (indexed.isDeleted) kept.withheld.delete(serial)
        if (indexed.author !== undefined && !((kept.members.get(indexed.author)?.wrote ?? '') >= serial))
          change(kept, indexed.author, { wrote: serial })
      }
      if (upTo !== undefined && (kept.upTo === undefined || kept.upTo < upTo)) kept.upTo = upTo
    },
    async read(channel, limit = 1_000) {
      const kept = channels.get(channel)
      const messages = kept ? inOrder(kept).map(({ message }) => message) : []
      return { messages: limit > 0 ? messages.slice(-limit) : [], upTo: kept?.upTo }
    },
    async channels(since) {
      const newest = Array.from(channels, ([channel, kept]) => [channel, inOrder(kept).at(-1)?.message.timestamp ?? -1] as const)
      return newest
        .filter(([, at]) => at > since)
        .toSorted(([, a], [, b]) => b - a)
        .map(([channel]) => channel)
    },
    withheld: {
      async put(channel, withheld) {
        const { messages, withheld: all } = keptOf(channel)
        if (!messages.get(withheld.serial)?.indexed.isDeleted) all.set(withheld.serial, withheld)
      },
      async read(channel, serials) {
        return serials.flatMap((serial) => channels.get(channel)?.withheld.get(serial) ?? [])
      },
    },
    conversations: {
      async list(clientId, options = {}) {
        const limit = listLimit(options)
        const after = readCursor(options.after)
        const all = Array.from(channels)
          .filter(([, { members }]) => isListed(members.get(clientId)))
          .flatMap(([channel, kept]) => listed(channel, kept) ?? [])
          .toSorted(newestFirst)
          .filter((each) => after === undefined || newestFirst(after, each) < 0)
        const conversations = all.slice(0, limit)
        return { conversations, next: all.length > limit ? cursorOf(conversations.at(-1)!) : undefined } // The limit is 1 or more.
      },
      async add(channel, clientId) {
        const kept = keptOf(channel)
        const { removedAt: _, ...member } = kept.members.get(clientId) ?? {}
        kept.members.set(clientId, { ...member, isAdded: true })
      },
      async remove(channel, clientId) {
        const kept = keptOf(channel)
        const newest = inOrder(kept).at(-1)?.message.serial
        change(kept, clientId, { isAdded: false, ...(newest !== undefined && { removedAt: newest }) })
      },
      async rename(channel, title) {
        keptOf(channel).title = title === undefined ? undefined : titleOf(title)
      },
    },
  }
}

function isListed(member: Member | undefined): boolean {
  return member?.isAdded === true || (member?.wrote !== undefined && member.wrote > (member.removedAt ?? ''))
}

function listed(channel: string, kept: Kept): ListedConversation | undefined {
  const all = inOrder(kept)
  if (all.length === 0) return undefined
  const present = all.filter(({ indexed }) => !indexed.isDeleted)
  const continued = new Set(all.map(({ indexed }) => indexed.continues))
  return {
    channel,
    title: kept.title ?? present.find(({ indexed }) => indexed.isPrompt && indexed.excerpt !== '')?.indexed.excerpt ?? '',
    lastText: present.findLast(({ indexed }) => indexed.excerpt !== '')?.indexed.excerpt ?? '',
    newest: present.at(-1)?.message.serial,
    lastActivity: Math.max(...(present.length > 0 ? present : all).map(({ message, indexed }) => activityOf(message, indexed))),
    waiting: present.some(({ message, indexed }) => indexed.isWaiting && !continued.has(message.serial)),
  }
}

/** A delete is no activity: of a message that is deleted, the time of its create. */
function activityOf({ timestamp, version }: ArchivedMessage, { isDeleted }: IndexedMessage): number {
  return isDeleted ? timestamp : version.timestamp
}

function inOrder({ messages }: Kept) {
  return [...messages.values()].toSorted((a, b) => (a.message.serial < b.message.serial ? -1 : 1))
}

function newestFirst(
  a: Pick<ListedConversation, 'lastActivity' | 'channel'>,
  b: Pick<ListedConversation, 'lastActivity' | 'channel'>,
): number {
  return b.lastActivity - a.lastActivity || (a.channel < b.channel ? 1 : a.channel > b.channel ? -1 : 0)
}
