import type { Refused } from '../../serve/prompt/answer.ts'
import { HttpError } from '../http/http-error.ts'
import { json } from '../http/json.ts'
import { readFields } from '../http/read-body.ts'
import type { Route } from './route.ts'
import { openable } from '../user.ts'
import { within } from '../../within.ts'

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

/** Milliseconds that a request waits for the response to exist; without a connection that may take minutes. */
const PATIENCE = 10_000
/** The same while the prompt only waits for its turn. */
const IN_QUEUE = 1_000
/** Seconds after which it is worth asking again. */
const ASK_AGAIN = { 'Retry-After': '5' }

const full = {
  own: { status: 429, reason: 'too many of your prompts wait for their answers: try again when some have theirs' },
  all: { status: 503, reason: 'the agent is busy and too many prompts wait for their turn: try again later' },
} as const

/**
 * `POST /responses` with what `notifyAgent` is given: answers a prompt, or goes on with a response whose calls are answered (`responseSerial`). 202 with the
 * response's serial as soon as it exists; it grows on the channel. 202 with `accepted` for a prompt that waits for the answers to earlier ones of its
 * conversation. 202 with `queued` for a prompt that waits for its turn; the same request again returns its present state.
 *
 * @param patience milliseconds. Default 10 000
 */
export function triggerRoute(patience = PATIENCE): Route {
  return {
    path: '/responses',
    methods: ['POST'],
    async handle({ request, body, user, client, agents, reachable, clock }) {
      const fields = readFields(request, body)
      const own = (name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined)
      const channelName = await openable(own('channelName') ?? own('channel'), user, 'bad-request', 'unable to answer')
      const promptSerial = serialIn(own('promptSerial'), 'prompt')
      const response = own('responseSerial')
      const responseSerial = response === undefined ? undefined : serialIn(response, 'response')

      const answering = agents.answer(channelName, promptSerial, client, responseSerial)
      const soon = Math.min(IN_QUEUE, patience)
      let answer = await within(answering, soon, clock)
      if (!answer) {
        const ahead = agents.ahead(channelName, promptSerial)
        if (ahead !== undefined) return json({ queued: true, ahead, message: describeQueue(ahead) }, 202, ASK_AGAIN)
        answer = await within(answering, patience - soon, clock)
      }
      // It waits for the answers to earlier prompts of its conversation; the agent does not have to be asked again.
      if (!answer && reachable()) return json({ accepted: true }, 202)
      if (!answer)
        throw new HttpError(503, 'unavailable', 'unable to answer yet; the agent cannot reach the channel: it goes on trying')
      if (answer.type === 'answering' || answer.type === 'taken-in') return json({ responseId: answer.responseId }, 202)
      // An engine has it.
      if (answer.type === 'accepted') return json({ accepted: true }, 202)
      if (answer.type === 'busy') {
        const { status, reason } = full[answer.whose]
        throw new HttpError(status, 'busy', `unable to take the prompt; ${reason}`, {}, ASK_AGAIN)
      }
      const { reason, message, responseId } = answer
      // The agent that began it, or another request, had the decision sooner.
      if (reason === 'answered' && responseSerial !== undefined) return json({ responseId: responseSerial }, 202)
      throw new HttpError(statuses[reason], reason, message, responseId === undefined ? {} : { responseId })
    },
  }
}

function serialIn(given: unknown, what: string): string {
  if (typeof given === 'string' && given !== '' && given.length <= 256) return given
  throw new HttpError(400, 'bad-request', `unable to answer; ${what}Serial: expected the serial of a ${what}`)
}

function describeQueue(ahead: number): string {
  const before = ahead === 1 ? 'one prompt is' : `${ahead} prompts are`
  const place = ahead > 0 ? `${before} before this one` : 'this one is next'
  return `the agent is busy: ${place}, and it is answered when its turn comes`
}
