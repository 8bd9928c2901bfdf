import type { Context } from 'hono'
import * as v from 'valibot'
import type { Agents } from '../../agents/agents.ts'
import { HttpError } from '../http-error.ts'
import { channelName } from './responses-route.ts'

/** `GET /api/archive?channel=`: the ended messages of a channel, for a page to start with before it attaches. */
export function archiveRoute(agents: Pick<Agents, 'archived'>): (context: Context) => Promise<Response> {
  return async (context) => {
    const channel = v.safeParse(channelName, context.req.query('channel'))
    if (!channel.success) throw new HttpError(400, 'bad-request', `unable to read the archive; ${channel.issues[0].message}`)
    const page = await agents.archived(channel.output).catch((): never => {
      // The archive may contain deleted messages.
      const reason = 'the channel cannot be asked what was deleted: open the conversation without the archive'
      throw new HttpError(503, 'unavailable', `unable to read the archive; ${reason}`)
    })
    context.header('Cache-Control', 'no-store')
    return context.json(page)
  }
}
