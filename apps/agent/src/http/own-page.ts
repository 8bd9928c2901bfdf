import type { Context } from 'hono'
import { HttpError } from './http-error.ts'

/** Throws 403 where a page of another site asks: `pnpm dev` offers what follows to the pages of the apps alone. */
export function requireOwnPage(context: Context): void {
  const from = context.req.header('sec-fetch-site')
  if (from !== undefined && from !== 'same-origin')
    throw new HttpError(
      403,
      'not-allowed',
      `unable to answer ${context.req.path}; another site asked for it: use the page of the app`,
    )
}
