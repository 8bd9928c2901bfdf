/** Ably's service, as the environment names it. */
export interface Service {
  readonly key: string
  /** Where it takes HTTP requests. */
  readonly url: string
}

/** Undefined without `ABLY_API_KEY`. `ABLY_ENDPOINT`, `ABLY_PORT` and `ABLY_TLS=no` name another place than the usual one. */
export function serviceOf({ ABLY_API_KEY: key, ABLY_ENDPOINT, ABLY_PORT, ABLY_TLS }: NodeJS.ProcessEnv): Service | undefined {
  if (!key) return undefined
  const endpoint = ABLY_ENDPOINT || 'main'
  // The client's own rule: a name without dots is an endpoint of Ably's.
  const host = endpoint === 'localhost' || /[.:]/.test(endpoint) ? endpoint : `${endpoint}.realtime.ably.net`
  return { key, url: `${ABLY_TLS === 'no' ? 'http' : 'https'}://${host}${ABLY_PORT ? `:${ABLY_PORT}` : ''}` }
}

/** A REST request. @throws with what the service says. */
export async function ask(service: Service, method: string, path: string, body?: object): Promise<unknown> {
  const request = {
    method,
    headers: {
      accept: 'application/json',
      'content-type': 'application/json',
      'x-ably-version': '6',
      authorization: `Basic ${Buffer.from(service.key).toString('base64')}`,
    },
    ...(body && { body: JSON.stringify(body) }),
  }
  const send = () => fetch(service.url + path, { ...request, signal: AbortSignal.timeout(20_000) })
  // A connection kept since before a long run may have been closed by the other side: tried once more on a new one.
  const response = await send().catch(send)
  const text = await response.text()
  if (response.ok) return text === '' ? undefined : JSON.parse(text)
  throw new Error(`${method} ${path} was answered with ${response.status} ${text.slice(0, 300)}`)
}
