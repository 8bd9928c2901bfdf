import type { Context } from 'hono'
import { HttpError } from '@streamfold/agent'

/** Throws 403 for a request from a page of another site: `pnpm dev` offers the following routes only to the apps' pages. */
export function requireOwnPage(context: Context): void {
  const from = context.req.header('sec-fetch-site')
  // Not every browser says from where it asks; all say of which origin a page is that sends something.
  if (from === undefined ? !isOwn(context) : from !== 'same-origin')
    throw new HttpError(
      403,
      'not-allowed',
      `unable to answer ${context.req.path}; another site asked for it: use the page of the app`,
    )
}

/** Throws 403 for a request from a page that is neither of the agent's own site nor of `origins`. A program, which sends no origin, may ask. */
export function requireKnownPage(context: Context, origins: readonly string[]): void {
  const origin = context.req.header('origin')
  if (origin !== undefined && origins.includes(origin)) return
  requireOwnPage(context)
}

/** Whether it is no page of another host that asks. A program sends no origin. */
function isOwn({ req }: Context): boolean {
  const origin = req.header('origin')
  if (origin === undefined) return true
  if (!URL.canParse(origin)) return false
  const { hostname, host } = new URL(origin)
  // The apps' dev server replaces the `Host` header. No page can set this one on a request to another site.
  if (host === req.header('x-forwarded-host')) return true
  if (host === req.header('host') || hostname === 'localhost' || hostname === '[::1]' || hostname === '127.0.0.1') return true
  // The names the dev server answers to as well: its proxy replaces the Host header.
  const allowed = (process.env['DEV_ALLOWED_HOSTS'] ?? '').split(',').map((name) => name.trim())
  return allowed.includes(hostname)
}
