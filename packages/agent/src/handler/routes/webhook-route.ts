import { deliver } from '../webhook/deliver.ts'
import { deliveredMessages } from '../webhook/delivered-messages.ts'
import { HttpError } from '../http/http-error.ts'
import { json } from '../http/json.ts'
import { readJson } from '../http/read-body.ts'
import type { Route } from './route.ts'
import type { WebhookCheck } from '../webhook/signed-by.ts'

/** Bytes of a batch: some messages of the largest size. */
const MOST = 4 * 1_024 * 1_024

/**
 * `POST /webhook` with what an integration rule of Ably posts: answers the prompts in it. 200 when all have been taken, 503 when Ably is to send them again. Deliveries
 * that come twice, late or in another order lead to one response each.
 */
export function webhookRoute(check: WebhookCheck): Route {
  return {
    path: '/webhook',
    methods: ['POST'],
    most: MOST,
    async authenticate(request, body) {
      if (await check(request, body)) return { clientId: '', conversations: [] }
      throw new HttpError(
        401,
        'not-signed',
        'unable to take the webhook; it is not signed as expected: compare the rule’s key with the handler’s',
      )
    },
    async handle({ request, body, agents, reachable, clock }) {
      const messages = deliveredMessages(readJson(request, body))
      if (!messages) {
        const todo = 'let the rule send batched or enveloped requests of channel.message as JSON'
        throw new HttpError(400, 'bad-request', `unable to take the webhook; it has no messages: ${todo}`)
      }
      const { again } = await deliver(messages, { agents, reachable, clock })
      if (again) throw new HttpError(503, 'unavailable', 'unable to take every prompt now; send the webhook again')
      return json({ taken: messages.length }, 200)
    },
  }
}
