/**
 * Whether a request was sent to one of the server's own names. A page of another site can resolve its own name to this machine (DNS rebinding); its requests
 * then have the server's origin, and only the `Host` header differs. A rebound name is never an address, so requests to addresses and to `localhost` are
 * accepted.
 *
 * @param hosts further names, without ports
 */
export function isOwnHost(request: Request, hosts: readonly string[]): boolean {
  const name = hostOf(request)
  // The parser of URLs writes every address in one of these forms.
  if (/^\d+\.\d+\.\d+\.\d+$|^\[/.test(name) || name === 'localhost' || name.endsWith('.localhost')) return true
  return hosts.some((host) => host.toLowerCase() === name)
}

/** In lower case, without the port and the dot of a full name; empty where it makes no sense. */
function hostOf(request: Request): string {
  const host = request.headers.get('host')
  const address = host === null ? request.url : `http://${host}`
  if (!URL.canParse(address)) return ''
  const { hostname, host: whole, pathname, username, password } = new URL(address)
  // Other parsers would read more than a host differently.
  if (host !== null && (pathname !== '/' || username || password || whole === '')) return ''
  return hostname.replace(/\.$/, '')
}
