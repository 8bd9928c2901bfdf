import type { PageConfig } from './page-config.ts'

/** The resources that a page of the apps may load, run and reach: its own files, the agent behind its own address, and Ably. */
export interface PolicyOptions extends Pick<PageConfig, 'localAblyPort' | 'ablyHost'> {
  /** Marks the inline scripts and styles of Vite's dev server; a production page has none. */
  readonly nonce?: string | undefined
}

/** The hosts of Ably's service, with the client's fallbacks. */
const service = ['ably.net', 'ably.io', 'ably-realtime.com']

export function contentSecurityPolicy({ localAblyPort, ablyHost, nonce }: PolicyOptions): string {
  const own = ["'self'", ...(nonce === undefined ? [] : [`'nonce-${nonce}'`])]
  const directives: Readonly<Record<string, readonly string[]>> = {
    'default-src': ["'none'"],
    'script-src': own,
    'style-src': own,
    // An image of another server is loaded on request only (`file-view.ts`); no address of an image is ever set otherwise.
    // `blob:` is a file of the reader, before it is sent.
    'img-src': ["'self'", 'data:', 'blob:', 'https:'],
    'connect-src': ["'self'", ...ablySources(localAblyPort, ablyHost)],
    // Vite's client waits in one for the dev server to come back.
    ...(nonce !== undefined && { 'worker-src': ['blob:'] }),
    'base-uri': ["'none'"],
    'form-action': ["'none'"],
  }
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join('; ')
}

function ablySources(localAblyPort: number | undefined, ablyHost: PageConfig['ablyHost']): readonly string[] {
  if (localAblyPort !== undefined) return [`http://localhost:${localAblyPort}`, `ws://localhost:${localAblyPort}`]
  const { endpoint = '', port, tls = true } = ablyHost ?? {}
  const schemes = tls ? ['https', 'wss'] : ['http', 'ws']
  // Ably's client treats it as a host if it looks like one, and otherwise as the name of a part of the service.
  const isHost = endpoint === 'localhost' || endpoint.includes('.') || endpoint.includes('::')
  const domains = endpoint.startsWith('nonprod:') ? ['ably-nonprod.net', 'ably-realtime-nonprod.com'] : service
  // The client asks these hosts whether there is an internet connection, with any endpoint.
  const hosts = isHost ? [endpoint] : domains.map((domain) => `*.${domain}`)
  const at = port === undefined ? '' : `:${port}`
  const check = ['https://*.ably-realtime.com', 'wss://*.ably-realtime.com']
  return [...new Set([...hosts.flatMap((host) => schemes.map((scheme) => `${scheme}://${host}${at}`)), ...check])]
}
