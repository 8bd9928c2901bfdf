import { binaryToBase64 } from '../protocol/codec.ts'
import type { WireMessage } from '../protocol/protocol-message.ts'
import type { Clock } from '../shared/clock.ts'
import type { Delivery, WebhookRequest } from './post.ts'
import type { WebhookEvent } from './webhook-event.ts'
import { SITE } from './webhook-event.ts'
import type { Webhook } from './webhook-rule.ts'

/** When a request that failed is sent again, in milliseconds after each failure (P151). */
const RETRIES = [4_000, 20_000]
/** Requests in flight at once. Ably's number depends on the package. */
const CONCURRENT = 20
/** Requests that wait when as many are in flight; further ones are dropped (P151). */
const WAITING = 10

/** Sends a request for each event. Their order is not kept, as with Ably. */
export function createSingleSender(
  webhook: Webhook,
  appId: string,
  clock: Clock,
  send: (request: WebhookRequest) => Promise<Delivery>,
  log: (line: string) => void,
): (event: WebhookEvent) => void {
  const waiting: WebhookRequest[] = []
  let inFlight = 0

  async function begin(request: WebhookRequest, failures = 0): Promise<void> {
    inFlight++
    const delivery = await send(request)
    inFlight--
    const retry = delivery === 'failed' ? RETRIES[failures] : undefined
    if (retry !== undefined) clock.after(retry, () => void begin(request, failures + 1))
    const next = waiting.shift()
    if (next) void begin(next)
  }

  return (event) => {
    for (const request of requestsOf(webhook, appId, event)) {
      if (inFlight < CONCURRENT) void begin(request)
      else if (waiting.length < WAITING) waiting.push(request)
      else log(`webhook ${webhook.url} dropped a request; ${CONCURRENT} are in flight and ${WAITING} wait`)
    }
  }
}

function requestsOf(webhook: Webhook, appId: string, event: WebhookEvent): readonly WebhookRequest[] {
  const { url, headers, enveloped } = webhook
  if (!enveloped) return event.messages.map((message) => plainRequest(webhook, appId, event, message))
  const body = {
    source: 'channel.message',
    appId,
    channel: event.channel,
    site: SITE,
    ruleId: webhook.id,
    messages: event.messages.map(binaryToBase64),
  }
  return [{ url, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) }]
}

function plainRequest(
  { url, id, headers }: Webhook,
  appId: string,
  { channel }: WebhookEvent,
  message: WireMessage,
): WebhookRequest {
  const { data = '' } = message
  const isText = typeof data === 'string'
  const type = !isText ? 'application/octet-stream' : message.encoding === 'json' ? 'application/json' : 'text/plain'
  const about = {
    'content-type': type,
    'x-ably-envelope-appid': appId,
    'x-ably-envelope-channel': channel,
    'x-ably-envelope-rule-id': id,
    'x-ably-envelope-site': SITE,
    'x-ably-envelope-source': 'channel.message',
    'x-ably-message-client-id': message.clientId,
    'x-ably-message-connection-id': message.connectionId,
    'x-ably-message-id': message.id,
    'x-ably-message-timestamp': message.timestamp?.toString(),
    'x-ably-message-name': message.name,
  }
  // A header takes no other characters; the service does not document what it does with these.
  const sendable = Object.entries(about).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value.replaceAll(/[^\x20-\x7e]/g, '?')] as const],
  )
  return { url, headers: { ...Object.fromEntries(sendable), ...headers }, body: isText ? data : new Uint8Array(data) }
}
