import process from 'node:process'
import type { Surroundings } from './test-agent.ts'

/** What `start-server.ts` gave this process. */
export const surroundings = JSON.parse(process.argv[2] ?? '{}') as Surroundings

/** Says where the server listens. */
export function ready(port: number): void {
  process.send?.(port)
}
