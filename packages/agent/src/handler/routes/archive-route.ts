import { HttpError } from '../http/http-error.ts'
import { json } from '../http/json.ts'
import { inLimit } from './in-limit.ts'
import type { Route } from './route.ts'
import { openable } from '../user.ts'

const UNABLE = 'unable to read the archive'

/**
 * `GET /archive?channel=`: the ended messages of a conversation, for a page to start with before it attaches.
 *
 * @param limit milliseconds that the request waits
 */
export function archiveRoute(limit: number): Route {
  return {
    path: '/archive',
    methods: ['GET'],
    async handle({ url, user, agents, clock }) {
      const channelName = await openable(url.searchParams.get('channel'), user, 'bad-request', UNABLE)
      const page = await inLimit(UNABLE, limit, clock, (signal) =>
        agents.archived(channelName, signal).catch((cause: unknown): never => {
          // The archive may contain deleted messages.
          const reason = 'the channel cannot be asked what was deleted: open the conversation without the archive'
          throw Object.assign(new HttpError(503, 'unavailable', `${UNABLE}; ${reason}`), { cause })
        }),
      )
      if (!page) throw new HttpError(404, 'not-found', `${UNABLE}; this agent has none: open the conversation without it`)
      return json(page)
    },
  }
}
