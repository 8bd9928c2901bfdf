import { pageConfig } from '../dev/page-config.ts'

/**
 * The path on this page's server of a file that the agent's own store holds; undefined for any other address. Pages reach the store through
 * their own server, so that it also works from another device, and a page asks no other server for it.
 *
 * @param origins under which the store is known
 */
export function ownFilePath(address: string, origins: readonly string[] = storeOrigins()): string | undefined {
  if (!URL.canParse(address)) return undefined
  const { origin, pathname } = new URL(address)
  return origins.includes(origin) && /^\/files\/[0-9a-f]{32}$/.test(pathname) ? pathname : undefined
}

function storeOrigins(): readonly string[] {
  return [location.origin, pageConfig().agentOrigin]
}
