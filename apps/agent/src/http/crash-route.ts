import process from 'node:process'
import type { Handler } from 'hono'
import { HttpError } from './http-error.ts'

/**
 * Ends the process as a crash does: nothing is finished, and nobody is told. Offered by `pnpm dev` alone, whose pages show
 * what happens then; it starts the agent again.
 */
export function crashRoute(crash: () => void = () => process.kill(process.pid, 'SIGKILL')): Handler {
  return (context) => {
    const from = context.req.header('sec-fetch-site')
    if (from !== undefined && from !== 'same-origin')
      throw new HttpError(403, 'not-allowed', 'unable to crash the agent; another site asked for it: use the page of the app')
    // After the answer has been written.
    setTimeout(crash, 50)
    return context.json({ crashing: true }, 202)
  }
}
