import { HttpError } from '../http/http-error.ts'
import { json } from '../http/json.ts'
import type { Route } from './route.ts'
import { openable } from '../user.ts'

/** `GET /archive?channel=`: the ended messages of a conversation, for a page to start with before it attaches. */
export const archiveRoute: Route = {
  path: '/archive',
  methods: ['GET'],
  async handle({ url, user, agents }) {
    const channelName = await openable(url.searchParams.get('channel'), user, 'bad-request', 'unable to read the archive')
    const page = await agents.archived(channelName).catch((cause: unknown): never => {
      // The archive may contain deleted messages.
      const reason = 'the channel cannot be asked what was deleted: open the conversation without the archive'
      throw Object.assign(new HttpError(503, 'unavailable', `unable to read the archive; ${reason}`), { cause })
    })
    if (!page)
      throw new HttpError(404, 'not-found', 'unable to read the archive; this agent has none: open the conversation without it')
    return json(page)
  },
}
