import { createHmac } from 'node:crypto'
import { binaryToBase64 } from '../protocol/codec.ts'
import type { Clock } from '../shared/clock.ts'
import type { Delivery, WebhookRequest } from './post.ts'
import type { WebhookEvent } from './webhook-event.ts'
import { SITE } from './webhook-event.ts'
import type { Webhook } from './webhook-rule.ts'

/** Least time between the begins of two batches, in milliseconds; the first is sent at once (P152). */
const APART = 1_000
const MOST_EVENTS = 1_000
/** How long an event is kept, in milliseconds (P152). */
const KEPT = 300_000
const LONGEST_WAIT = 60_000

export interface SigningKey {
  /** `appId.keyId` */
  readonly name: string
  readonly secret: string
}

/** Sends events together, in their order. What arrives while a batch fails goes with it when it is sent again. */
export function createBatchSender(
  webhook: Webhook,
  key: SigningKey | undefined,
  clock: Clock,
  send: (request: WebhookRequest) => Promise<Delivery>,
  log: (line: string) => void,
): (event: WebhookEvent) => void {
  let queue: WebhookEvent[] = []
  let isPlanned = false
  let wait = APART

  async function begin(): Promise<void> {
    const kept = queue.filter(({ at }) => clock.now() - at < KEPT)
    if (kept.length < queue.length) log(`webhook ${webhook.url} dropped ${queue.length - kept.length} events after five minutes`)
    queue = kept
    const batch = queue.slice(0, MOST_EVENTS)
    if (batch.length === 0) {
      isPlanned = false
      return
    }
    const delivery = await send(requestOf(webhook, key, batch))
    if (delivery === 'failed') wait = Math.min(wait * Math.SQRT2, LONGEST_WAIT)
    else {
      wait = APART
      queue = queue.slice(batch.length)
    }
    clock.after(wait, () => void begin())
  }

  return (event) => {
    queue.push(event)
    if (isPlanned) return
    isPlanned = true
    void begin()
  }
}

function requestOf({ url, id, headers }: Webhook, key: SigningKey | undefined, events: readonly WebhookEvent[]): WebhookRequest {
  const items = events.map(({ channel, channelSerial, messages, at }) => ({
    webhookId: id,
    source: 'channel.message',
    serial: channelSerial,
    timestamp: at,
    name: 'channel.message',
    data: { channelId: channel, site: SITE, messages: messages.map(binaryToBase64) },
  }))
  const body = JSON.stringify({ items })
  const signature = key && {
    'x-ably-key': key.name,
    'x-ably-signature': createHmac('sha256', key.secret).update(body).digest('base64'),
  }
  return { url, headers: { 'content-type': 'application/json', ...headers, ...signature }, body }
}
