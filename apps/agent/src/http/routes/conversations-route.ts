import type { ConversationIndex } from '@streamfold/agent'
import type { Context } from 'hono'
import * as v from 'valibot'
import { clientIdOf, personSecret } from '../person.ts'
import { readJson } from '../read-json.ts'

const asked = v.object({ secret: personSecret })

/** The most conversations that are listed. */
const MOST = 100

/**
 * `POST /api/conversations { secret }`: the conversations in which a person of the apps has written, the newest first. The secret is in a body, because an
 * address ends up in logs.
 */
export function conversationsRoute(index: Pick<ConversationIndex, 'list'>): (context: Context) => Promise<Response> {
  return async (context) => {
    const { secret } = await readJson(context.req.raw, asked)
    const { conversations } = await index.list(clientIdOf(secret), { limit: MOST })
    context.header('Cache-Control', 'no-store')
    return context.json({ conversations })
  }
}
