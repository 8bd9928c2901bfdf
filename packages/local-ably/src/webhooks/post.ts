import { describeFailure } from '../shared/guarded.ts'

/** How long an endpoint may take. Ably does not document its own limit. */
const PATIENCE = 15_000

export interface WebhookRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array<ArrayBuffer>
}

/** What came of a request: delivered, refused for ever (4xx), or to be tried again (5xx, no answer). */
export type Delivery = 'delivered' | 'refused' | 'failed'

/** Sends a request. @param ended aborts it when the server closes */
export async function post(
  { url, headers, body }: WebhookRequest,
  ended: AbortSignal,
  log: (line: string) => void,
): Promise<Delivery> {
  try {
    const signal = AbortSignal.any([ended, AbortSignal.timeout(PATIENCE)])
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'x-ably-version': '1.2', ...headers },
      body,
      signal,
      redirect: 'manual',
    })
    await response.body?.cancel()
    log(`webhook ${url} ${response.status}`)
    if (response.status >= 500) return 'failed'
    return response.ok ? 'delivered' : 'refused'
  } catch (error) {
    if (!ended.aborted) log(describeFailure(`the webhook ${url}`, error))
    return 'failed'
  }
}
