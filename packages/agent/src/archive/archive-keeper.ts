import type { ConversationEvent } from '@streamfold/core'
import type { AgentChannel, ResponseArchive } from '@streamfold/core/transport'
import { updateArchive } from './update-archive.ts'

/** Keeps an archive in step with a channel that an agent listens to. */
export interface ArchiveKeeper {
  /** The agent is attached from now on; changes before that may concern any message. */
  begin(): void
  /** The channel may have changed from this message on; undefined: any of them. */
  changed(from?: string): void
  receive(event: ConversationEvent): void
  /** Whether a change could not be put there, because the channel or the archive was out of reach. */
  readonly behind: boolean
  /** Resolves when the archive holds all that changed so far, or is behind. Never rejects. */
  settled(): Promise<void>
}

export function createArchiveKeeper(
  archive: ResponseArchive,
  channel: AgentChannel,
  onError: (error: unknown) => void,
): ArchiveKeeper {
  let due: { readonly from: string | undefined } | undefined
  let updating: Promise<void> | undefined
  let begun = false

  async function update(): Promise<void> {
    let failed = false
    while (due && !failed) {
      const { from } = due
      due = undefined
      try {
        await updateArchive(archive, channel, from)
      } catch (error) {
        failed = true
        add(from) // made good with the next change
        onError(error)
      }
    }
    updating = undefined
  }

  function add(from: string | undefined): void {
    due = { from: due ? earlier(due.from, from) : from }
  }

  // Many changes are one update: a rewind brings the messages of a minute at once.
  function changed(from?: string): void {
    add(from)
    updating ??= Promise.resolve().then(update)
  }

  return {
    begin() {
      begun = true
      changed()
    },
    changed,
    receive(event) {
      if (event.type === 'deleted') changed(event.serial)
      // What streams is put there when it has ended.
      if (event.type === 'replaced' && event.headers?.['status'] !== 'streaming') changed(event.serial)
      if (begun && event.type === 'channel' && event.state === 'attached' && !event.resumed) changed()
    },
    get behind() {
      return due !== undefined
    },
    settled: () => updating ?? Promise.resolve(),
  }
}

function earlier(one: string | undefined, other: string | undefined): string | undefined {
  return one === undefined || other === undefined ? undefined : one < other ? one : other
}
