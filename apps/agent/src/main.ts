import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { startAgent } from './start-agent.ts'

const env = join(import.meta.dirname, '../../../.env.local')
// What is set already wins.
if (existsSync(env)) process.loadEnvFile(env)

try {
  const agent = await startAgent(process.env, (line) => console.log(line))
  let stopping = false
  const stop = (): void => {
    // Asked twice, it no longer waits for the responses under way.
    if (stopping) process.exit(1)
    stopping = true
    void agent.close().then(() => process.exit(0))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
