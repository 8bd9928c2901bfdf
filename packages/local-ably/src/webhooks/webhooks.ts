import type { Keys } from '../auth/keys.ts'
import { AblyError } from '../protocol/ably-error.ts'
import type { WireMessage } from '../protocol/protocol-message.ts'
import type { Clock } from '../shared/clock.ts'
import { createBatchSender } from './batch-sender.ts'
import { post } from './post.ts'
import { createSingleSender } from './single-sender.ts'
import type { WebhookEvent } from './webhook-event.ts'
import type { WebhookRule } from './webhook-rule.ts'
import { readWebhook } from './webhook-rule.ts'

interface Host {
  readonly appId: string
  readonly keys: Keys
  readonly clock: Clock
  readonly log: (line: string) => void
}

/** The webhooks of an application. */
export class Webhooks {
  readonly #senders: readonly { readonly accepts: (channel: string) => boolean; readonly take: (event: WebhookEvent) => void }[]
  readonly #ended = new AbortController()
  readonly #clock: Clock

  constructor(rules: readonly WebhookRule[], { appId, keys, clock, log }: Host) {
    this.#clock = clock
    const send = (request: Parameters<typeof post>[0]) => post(request, this.#ended.signal, log)
    this.#senders = rules.map((rule, index) => {
      const webhook = readWebhook(rule, index)
      const { accepts, isBatched, signingKey } = webhook
      const key = signingKey === undefined ? undefined : keys.find(signingKey)
      if (signingKey !== undefined && !key) {
        throw new AblyError(
          40000,
          400,
          `unable to read a webhook rule; no key has the name "${signingKey}", which is to sign its requests`,
        )
      }
      const whileOpen: Clock = {
        now: () => clock.now(),
        after: (ms, task) => clock.after(ms, () => void (this.#ended.signal.aborted || task())),
      }
      const take = isBatched
        ? createBatchSender(webhook, key, whileOpen, send, log)
        : createSingleSender(webhook, appId, whileOpen, send, log)
      return { accepts, take }
    })
  }

  /** Sends messages to every rule whose filter the channel matches. @param messages is called where there is one */
  offer(channel: string, channelSerial: string, messages: () => readonly WireMessage[]): void {
    if (this.#senders.length === 0) return
    const wanted = this.#senders.filter(({ accepts }) => accepts(channel))
    if (wanted.length === 0) return
    const event = { channel, channelSerial, messages: messages(), at: this.#clock.now() }
    for (const { take } of wanted) take(event)
  }

  /** Aborts what is being sent, and drops what waits. */
  close(): void {
    this.#ended.abort()
  }
}
