import { AblyError } from '../protocol/ably-error.ts'

/** An integration rule that posts the messages of channels to an HTTP endpoint (P150). */
export interface WebhookRule {
  /** Where requests go: `http:` or `https:`. */
  readonly url: string
  /** A regular expression that a channel's name must match somewhere; by default every channel. */
  readonly channelFilter?: string
  /** `single` sends a request for each publish, `batch` at most one a second with up to 1 000; `single` by default. */
  readonly requestMode?: 'single' | 'batch'
  /** Whether a single request has metadata around its messages; true by default. Without, its body is the data of one message. */
  readonly enveloped?: boolean
  /** Further headers of each request; none by default. */
  readonly headers?: Readonly<Record<string, string>>
  /** Name of the key (`appId.keyId`) that signs batched requests; by default they are not signed. Single requests never are. */
  readonly signingKey?: string
}

/** A rule that has been checked. */
export interface Webhook {
  readonly id: string
  readonly url: string
  readonly accepts: (channel: string) => boolean
  readonly isBatched: boolean
  readonly enveloped: boolean
  readonly headers: Readonly<Record<string, string>>
  readonly signingKey: string | undefined
}

/** @throws if the rule cannot be followed */
export function readWebhook(rule: WebhookRule, index: number): Webhook {
  const { url, channelFilter, requestMode = 'single', enveloped = true, headers = {}, signingKey } = rule
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) throw invalid(`"${url}" is no address with http or https`)
  if (requestMode !== 'single' && requestMode !== 'batch') throw invalid('requestMode must be "single" or "batch"')
  if (signingKey !== undefined && requestMode === 'single') {
    throw invalid('single requests are not signed; set requestMode to "batch", or give a header with a secret')
  }
  const filter = channelFilter ? patternOf(channelFilter) : undefined
  return {
    id: `rule-${index + 1}`,
    url,
    accepts: (channel) => filter?.test(channel) ?? true,
    isBatched: requestMode === 'batch',
    enveloped,
    headers,
    signingKey,
  }
}

function patternOf(source: string): RegExp {
  try {
    return new RegExp(source)
  } catch {
    throw invalid(`channelFilter "${source}" is no regular expression`)
  }
}

function invalid(reason: string): AblyError {
  return new AblyError(40000, 400, `unable to read a webhook rule; ${reason}`)
}
