#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { createLocalAbly } from './local-ably.ts'
import { DEFAULT_KEY } from './options.ts'

const USAGE = `local-ably [--port 4510] [--data FILE] [--key appId.keyId:secret]

  --port  port to listen on; LOCAL_ABLY_PORT, then 4510
  --data  file that keeps messages across restarts; memory by default
  --key   key clients authenticate with; ${DEFAULT_KEY} by default`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      key: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) {
    console.log(USAGE)
    return
  }
  const port = Number(values.port ?? process.env['LOCAL_ABLY_PORT'] ?? 4510)
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new Error('unable to start; --port must be a number up to 65535')
  const server = await createLocalAbly({ port, data: values.data ?? ':memory:', keys: [values.key ?? DEFAULT_KEY] })
  console.log(`local Ably  ${server.url}\nkey         ${server.key}`)
  const stop = (): void => void server.close().then(() => process.exit(0))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

try {
  await main()
} catch (error) {
  console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`)
  process.exit(1)
}
