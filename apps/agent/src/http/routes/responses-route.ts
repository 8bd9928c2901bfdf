import type { Context } from 'hono'
import * as v from 'valibot'
import type { Refused } from '@streamfold/agent'
import type { Agents } from '../../agents/agents.ts'
import { HttpError } from '../http-error.ts'
import { within } from '../../within.ts'
import { readJson } from '../read-json.ts'

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
  'empty-prompt': 422,
  'prompt-too-long': 413,
  answered: 409,
  waiting: 409,
  closed: 503,
  unavailable: 503,
} as const satisfies Record<Refused['reason'], number>

/** Milliseconds that a request waits for the response to exist; without a connection to Ably that may take minutes. */
const PATIENCE = 10_000
/** The same while the prompt only waits for its turn. */
const IN_QUEUE = 1_000
/** Seconds after which it is worth asking again. */
const ASK_AGAIN = 5

const full = {
  own: { status: 429, reason: 'too many of your prompts wait for their answers: try again when some have theirs' },
  all: { status: 503, reason: 'the agent is busy and too many prompts wait for their turn: try again later' },
} as const

export interface ResponsesRouteOptions {
  /** Identifies the client: clients take turns. */
  readonly clientOf: (context: Context) => string
  /** Default 10 000. */
  readonly patience?: number
  /** Whether the agent reaches its channels. Default: never. */
  readonly reachable?: () => boolean
}

/**
 * `POST /api/responses`: answers a prompt. 202 with the response's serial as soon as it exists; it grows on the channel. 202 with `accepted` for a prompt that
 * waits for the answers to earlier ones of its conversation. 202 with `queued` for a
 * prompt that waits for its turn; the same request again returns its present state.
 */
export function responsesRoute(
  agents: Pick<Agents, 'answer' | 'ahead'>,
  { clientOf, patience = PATIENCE, reachable = () => false }: ResponsesRouteOptions,
): (context: Context) => Promise<Response> {
  return async (context) => {
    const { channel, promptSerial } = await readJson(context, schema)
    const answering = agents.answer(channel, promptSerial, clientOf(context))
    const soon = Math.min(IN_QUEUE, patience)
    const answer = (await within(answering, soon)) ?? (await waited())
    if (answer instanceof Response) return answer
    // It waits for the answers to earlier prompts of its conversation; the agent does not have to be asked again.
    if (!answer && reachable()) return context.json({ accepted: true }, 202)
    if (!answer)
      throw new HttpError(503, 'unavailable', 'unable to answer yet; the agent cannot reach the channel: it goes on trying')
    if (answer.type === 'answering' || answer.type === 'taken-in') return context.json({ responseId: answer.responseId }, 202)
    if (answer.type === 'busy') {
      context.header('Retry-After', String(ASK_AGAIN))
      const { status, reason } = full[answer.whose]
      throw new HttpError(status, 'busy', `unable to take the prompt; ${reason}`)
    }
    const { reason, message, responseId } = answer
    throw new HttpError(statuses[reason], reason, message, responseId === undefined ? {} : { responseId })

    async function waited(): Promise<Awaited<typeof answering> | Response | undefined> {
      const ahead = agents.ahead(channel, promptSerial)
      if (ahead === undefined) return within(answering, patience - soon)
      context.header('Retry-After', String(ASK_AGAIN))
      return context.json({ queued: true, ahead, message: describeQueue(ahead) }, 202)
    }
  }
}

function describeQueue(ahead: number): string {
  const before = ahead === 1 ? 'one prompt is' : `${ahead} prompts are`
  const place = ahead > 0 ? `${before} before this one` : 'this one is next'
  return `the agent is busy: ${place}, and it is answered when its turn comes`
}
