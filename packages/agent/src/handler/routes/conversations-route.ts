import type { ConversationIndex } from '../../archive/archive.ts'
import { HttpError } from '../http/http-error.ts'
import { json } from '../http/json.ts'
import { inLimit } from './in-limit.ts'
import type { Route } from './route.ts'
import type { User } from '../user.ts'
import { mayOpen } from '../user.ts'

const UNABLE = 'unable to list the conversations'

/**
 * `GET /conversations?limit=&after=`: a page of the user's own list, without conversations that the user may not open now. A page may thus be shorter than
 * its limit; the last one has no `next`.
 *
 * @param most milliseconds that the request waits
 */
export function conversationsRoute(index: ConversationIndex | undefined, most: number): Route {
  return {
    path: '/conversations',
    methods: ['GET'],
    async handle({ url, user, clock }) {
      if (!index) throw new HttpError(404, 'not-found', `${UNABLE}; the archive has no lists: give one with \`conversations\``)
      const limit = url.searchParams.get('limit')
      const after = url.searchParams.get('after')
      const options = { ...(limit !== null && { limit: Number(limit) }), ...(after !== null && { after }) }
      const list = await inLimit(UNABLE, most, clock, () =>
        index.list(user.clientId, options).catch((error: unknown): never => {
          if (!isListOptionsError(error)) throw error
          throw new HttpError(
            400,
            'bad-request',
            `${UNABLE}; limit is a number from 1 to 500, and after is what the page before has as next`,
          )
        }),
      )
      const open = await Promise.all(list.conversations.map(({ channel }) => isOpen(channel, user)))
      return json({ conversations: list.conversations.filter((_, n) => open[n]), next: list.next })
    },
  }
}

/** By its name: an archive may have another copy of the core. A driver, too, throws errors of type TypeError, as `fetch` does. */
function isListOptionsError(error: unknown): boolean {
  return error instanceof TypeError && error.name === 'ListOptionsError'
}

async function isOpen(channelName: string, user: User): Promise<boolean> {
  try {
    return await mayOpen(channelName, user)
  } catch (error) {
    if (error instanceof HttpError) return false // The product refuses this one.
    throw error
  }
}
