import * as v from 'valibot'
import { AGENT_CLIENT_ID } from '../agents/ably-clients.ts'

/**
 * The allowed client ids of users. Readers of a conversation may see them: only ASCII, so that no two ids look alike through another alphabet or
 * invisible characters, and none that looks like the agent's.
 */
export const clientId = v.pipe(
  v.string('clientId must be a string'),
  v.minLength(1, 'clientId is empty; leave it out to be given one'),
  v.maxLength(64, 'clientId is longer than 64 characters'),
  v.regex(
    /^[a-z0-9._@:-]+$/i,
    'clientId may hold the letters a to z, digits and . _ @ : - only; show names of people apart from it',
  ),
  v.regex(/[a-z0-9]/i, 'clientId has neither a letter nor a digit'),
  v.check(
    (id) => ![id, id.replaceAll('@', 'a')].some((each) => skeletonOf(each).startsWith(skeletonOf(AGENT_CLIENT_ID))),
    `clientId must not begin with "${AGENT_CLIENT_ID}", nor with what looks like it; that is the agent’s`,
  ),
)

/** Digits and letters that look like other letters. */
const lookalikes: Readonly<Record<string, string>> = { 4: 'a', 6: 'g', 9: 'g', q: 'g', 3: 'e', 7: 't' }

/** Two ids that a reader could confuse have the same form here. */
function skeletonOf(id: string): string {
  return id
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '')
    .replace(/[469q37]/g, (character) => lookalikes[character] ?? character)
}
