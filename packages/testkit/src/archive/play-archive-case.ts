import type { ArchiveCase, ArchiveHarness } from './archive-case.ts'
import { conversationCases } from './conversation-cases.ts'
import { messageCases } from './message-cases.ts'
import { withheldCases } from './withheld-cases.ts'

/**
 * What every `ResponseArchive` does, for the author of one:
 *
 * ```ts
 * it.for(archiveCases)('$name', async (each, { skip }) => {
 *   const reason = await playArchiveCase(each, { archive: myArchive })
 *   if (reason !== undefined) skip(reason)
 * })
 * ```
 */
export const archiveCases: readonly ArchiveCase[] = [...messageCases, ...withheldCases, ...conversationCases]

/** Plays a case with an archive. @returns why it was skipped, if it was @throws if the archive differs from what the port says */
export async function playArchiveCase(
  each: ArchiveCase,
  { archive, elsewhere = archive }: ArchiveHarness,
): Promise<string | undefined> {
  if (each.needs !== undefined && !archive[each.needs]) return `it has no ${each.needs}`
  const play = crypto.randomUUID()
  await each.play({
    archive,
    elsewhere,
    // Just looked at: a case that uses one needs it.
    withheld: archive.withheld!,
    conversations: archive.conversations!,
    channels: (since) => archive.channels!(since),
    own: (name) => `${name} ${play}`,
  })
  return undefined
}
