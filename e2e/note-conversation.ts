import { appendFileSync } from 'node:fs'

const file = process.env['TEST_REAL_CONVERSATIONS']

/** Notes that a conversation was used, for `pnpm test:real`, which names the file and empties them all afterwards. */
export function noteConversation(conversation: string): void {
  if (file) appendFileSync(file, `${conversation}\n`)
}
