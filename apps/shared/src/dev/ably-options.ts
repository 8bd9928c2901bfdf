import type { AuthOptions, ClientOptions } from 'ably'
import { localAblyHost } from './local-ably-host.ts'
import type { PageConfig } from './page-config.ts'
import type { Person } from '../storage/person.ts'

/** Options of the page's Ably client: a key of the page's own, or tokens from the agent, at the service or the local Ably. */
export function ablyOptions(page: PageConfig, { clientId, secret }: Person, key: string | undefined): ClientOptions {
  const identity: ClientOptions = key ? { key, clientId } : { authCallback: tokensFor(secret), clientId }
  if (page.localAblyPort === undefined) return { ...identity, ...(page.ablyHost && hostOptions(page.ablyHost)) }
  return {
    ...identity,
    ...hostOptions(localAblyHost(page.localAblyPort, location)),
    // The check asks a host on the public internet, which a laptop with a local Ably may not reach.
    disableConnectivityCheck: true,
    // The local Ably has only WebSocket; it refuses the other transport, and the client would then stop trying.
    transports: ['web_socket'],
    disconnectedRetryTimeout: 2000,
    suspendedRetryTimeout: 5000,
  }
}

function hostOptions({ endpoint, port, tls }: NonNullable<PageConfig['ablyHost']>): ClientOptions {
  return { endpoint, tls, ...(port !== undefined && (tls ? { tlsPort: port } : { port })) }
}

function tokensFor(secret: string): NonNullable<AuthOptions['authCallback']> {
  return async (_params, done) => {
    const answer = await requestToken(secret).catch((error: unknown) => error)
    if (answer instanceof Error) done(answer.message, null)
    // The client parses and checks it; it accepts three shapes here.
    else done(null, answer as string)
  }
}

/** @returns a TokenRequest or TokenDetails; the client checks which. */
async function requestToken(secret: string): Promise<unknown> {
  const response = await fetch('/api/ably-token', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ secret }),
  })
  if (!response.ok) throw new Error('the agent gave no token; start it with pnpm dev')
  return response.json()
}
