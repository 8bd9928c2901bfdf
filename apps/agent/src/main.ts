import { existsSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'

const env = join(import.meta.dirname, '../../../.env.local')
// Variables that are set already have priority.
if (existsSync(env)) process.loadEnvFile(env)
// A variable left empty, as .env.example leaves them, is one not set; OpenAI's package refuses an empty base URL as it loads.
for (const [name, value] of Object.entries(process.env)) if (value === '') delete process.env[name]

try {
  const { startAgent } = await import('./start-agent.ts')
  // A file, so that finished answers stay and a crash can be cleaned up.
  const data = process.env['AGENT_DATA'] ?? join(import.meta.dirname, '../../../.streamfold/agent.sqlite')
  const agent = await startAgent({ ...process.env, AGENT_DATA: data })
  let stopping = false
  const stop = (): void => {
    // A second signal no longer waits for open responses.
    if (stopping) process.exit(1)
    stopping = true
    void agent.close('gracefully').then(() => process.exit(0))
  }
  process.on('SIGINT', stop)
  process.on('SIGTERM', stop)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
