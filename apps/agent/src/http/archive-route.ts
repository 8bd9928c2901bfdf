import type { ResponseArchive } from '@streamfold/agent'
import type { Context } from 'hono'
import * as v from 'valibot'
import { HttpError } from './http-error.ts'
import { channelName } from './responses-route.ts'

/** `GET /api/archive?channel=`: what has ended on a channel, for a page to begin with before it attaches. */
export function archiveRoute(archive: ResponseArchive): (context: Context) => Promise<Response> {
  return async (context) => {
    const channel = v.safeParse(channelName, context.req.query('channel'))
    if (!channel.success) throw new HttpError(400, 'bad-request', `unable to read the archive; ${channel.issues[0].message}`)
    context.header('Cache-Control', 'no-store')
    return context.json(await archive.read(channel.output))
  }
}
