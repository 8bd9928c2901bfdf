import type { ConversationIndex, ResponseArchive, WithheldStore } from '@streamfold/core/transport'

/** An archive under test. The cases use channels and client ids of their own, so that all of them may use one archive. */
export interface ArchiveHarness {
  readonly archive: ResponseArchive
  /** The same data as another process has them. Default: `archive` itself. */
  readonly elsewhere?: ResponseArchive
}

/** What an archive need not have. */
export type ArchiveFeature = 'withheld' | 'conversations' | 'channels'

/** One thing that every archive does. */
export interface ArchiveCase {
  readonly name: string
  /** An archive without it is not tested for it. */
  readonly needs?: ArchiveFeature
  readonly play: (context: ArchiveCaseContext) => Promise<void>
}

export interface ArchiveCaseContext extends Required<ArchiveHarness> {
  readonly withheld: WithheldStore
  readonly conversations: ConversationIndex
  channels(since: number): Promise<readonly string[]>
  /** A name that no other case has, for a channel or a client id. */
  own(name: string): string
}
