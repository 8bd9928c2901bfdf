import process from 'node:process'
import type { Handler } from 'hono'
import { requireOwnPage } from '../own-page.ts'

/**
 * Ends the process as a crash does, without finishing or reporting anything. Only `pnpm dev` offers it, for its pages to show what
 * happens then; it starts the agent again.
 */
export function crashRoute(crash: () => void = () => process.kill(process.pid, 'SIGKILL')): Handler {
  return (context) => {
    requireOwnPage(context)
    // After the answer has been written.
    setTimeout(crash, 50)
    return context.json({ crashing: true }, 202)
  }
}
