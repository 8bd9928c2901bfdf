import type { IncomingMessage } from 'node:http'
import { isIP, isIPv4 } from 'node:net'
import { AblyError } from '../protocol/ably-error.ts'

export interface BrowserAccessOptions {
  /** Origins besides those of this machine. */
  readonly origins: readonly string[]
  /** Names besides those of this machine; `.name` stands for the name and all below it. */
  readonly hosts: readonly string[]
}

/**
 * Which pages a server on a developer's machine answers. The keys of such a server are known to everybody, and a browser lets any page
 * reach `localhost`, so what keeps pages of other sites out is where they come from:
 *
 * - `Origin` names the site of the page. A client that is no browser sends none.
 * - `Host` is the name the client used. A name of the attacker may lead to this machine for a moment (DNS rebinding), and then the page
 *   counts as one of the server's own. An address cannot be led elsewhere, so every address is good.
 */
export class BrowserAccess {
  readonly #origins: ReadonlySet<string>
  readonly #hosts: readonly string[]

  /** Throws where an origin or a host is written in a way that no browser would send. */
  constructor({ origins, hosts }: BrowserAccessOptions) {
    this.#origins = new Set(origins.map(readOrigin))
    this.#hosts = hosts.map(readHost)
  }

  /** Why the request is not answered; undefined where it is. */
  refusal({ headers, headersDistinct }: IncomingMessage): AblyError | undefined {
    const host = headers.host?.toLowerCase()
    if (host !== undefined && (headersDistinct['host']?.length !== 1 || !this.#isOurs(nameIn(host)))) return refusedHost(host)
    const origin = headers.origin?.toLowerCase()
    if (origin !== undefined) return this.#serves(origin, host) ? undefined : refusedOrigin(origin)
    // Pictures, scripts and frames of other sites come without an origin. A link that a person follows may.
    const hidden = headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate'
    return hidden ? refusedOrigin('another site') : undefined
  }

  #serves(origin: string, host: string | undefined): boolean {
    if (this.#origins.has(origin)) return true
    const url = canonical(origin)
    if (url === undefined) return false
    return isLoopback(url.hostname) || this.#isListed(url.hostname) || url.host === host
  }

  /** Whether a name can only mean this machine, or is one that the developer lists. */
  #isOurs(name: string | undefined): boolean {
    if (name === undefined) return false
    return isLoopback(name) || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0 || this.#isListed(name)
  }

  #isListed(name: string): boolean {
    return this.#hosts.some((host) => name === host || (host.startsWith('.') && (name.endsWith(host) || name === host.slice(1))))
  }
}

/** The address of an origin as browsers write it; undefined for anything else, so that no two readings of one text differ. */
function canonical(origin: string): URL | undefined {
  if (!/^https?:/.test(origin) || !URL.canParse(origin)) return undefined
  const url = new URL(origin)
  return url.origin === origin ? url : undefined
}

/** The name in a Host header, without its port. */
function nameIn(host: string): string | undefined {
  return /^(\[[0-9a-f:.]+\]|[^\s:/?#@[\]\\]+)(?::\d{1,5})?$/.exec(host)?.[1]
}

function isLoopback(name: string): boolean {
  // No resolver leads a name below `localhost` elsewhere (RFC 6761 §6.3).
  if (name === 'localhost' || /^(?:[a-z0-9-]+\.)+localhost$/.test(name) || name === '[::1]') return true
  return isIPv4(name) && name.startsWith('127.')
}

function readOrigin(text: string): string {
  const origin = text
    .trim()
    .toLowerCase()
    .replace(/([^/])\/$/, '$1')
  // What a frame in a sandbox, and a page of a file, send.
  if (origin === 'null' || origin === 'file://' || canonical(origin) !== undefined) return origin
  throw new Error(`unable to start; the origin "${text}" is not like https://app.test or http://app.test:8080`)
}

function readHost(text: string): string {
  const host = text.trim().toLowerCase()
  if (/^\.?[^\s:/?#@[\]\\*.]+(?:\.[^\s:/?#@[\]\\*.]+)*$/.test(host)) return host
  throw new Error(`unable to start; the host "${text}" is not like box.test, or .box.test for all below it`)
}

function refusedOrigin(origin: string): AblyError {
  return new AblyError(
    40300,
    403,
    `unable to serve the pages of "${origin}"; if they are yours, list the origin (--allow-origin, or the option origins)`,
  )
}

function refusedHost(host: string): AblyError {
  return new AblyError(
    40300,
    403,
    `unable to answer for the host "${host}"; if it is yours, list it (--allow-host, or the option hosts)`,
  )
}
