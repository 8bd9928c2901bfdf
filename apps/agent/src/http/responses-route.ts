import type { Context } from 'hono'
import * as v from 'valibot'
import type { Refused } from '@streamfold/agent'
import type { Agents } from '../agents.ts'
import { HttpError } from './http-error.ts'
import { within } from '../within.ts'
import { readJson } from './read-json.ts'

export const channelName = v.pipe(
  v.string('expected the name of a conversation’s channel'),
  v.regex(
    /^ai:[\w.-]{1,128}$/,
    'expected ai:<conversation id>, the id being up to 128 letters, digits, dots, dashes or underscores',
  ),
)

const schema = v.object({
  channel: channelName,
  promptSerial: v.pipe(
    v.string('expected the serial of a prompt'),
    v.minLength(1, 'expected the serial of a prompt'),
    v.maxLength(256, 'a serial is not that long'),
  ),
})

const statuses = {
  'unknown-prompt': 404,
  'not-a-prompt': 409,
  'prompt-too-long': 413,
  answered: 409,
  closed: 503,
  unavailable: 503,
} as const satisfies Record<Refused['reason'], number>

/** Milliseconds that whoever asks is kept waiting for the response to exist; without a connection to Ably it may take minutes. */
const PATIENCE = 10_000

/** `POST /api/responses`: has a prompt answered. 202 as soon as the response exists; it grows on the channel. */
export function responsesRoute(agents: Pick<Agents, 'answer'>, patience = PATIENCE): (context: Context) => Promise<Response> {
  return async (context) => {
    const { channel, promptSerial } = await readJson(context, schema)
    const answer = await within(agents.answer(channel, promptSerial), patience)
    if (!answer)
      throw new HttpError(503, 'unavailable', 'unable to answer yet; the agent cannot reach the channel: it goes on trying')
    if (answer.type === 'answering') return context.json({ responseId: answer.responseId }, 202)
    const { reason, message, responseId } = answer
    throw new HttpError(statuses[reason], reason, message, responseId === undefined ? {} : { responseId })
  }
}
