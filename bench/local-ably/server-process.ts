// A server in a process of its own: `relay`, `memory`, or the path of a data file. Tells its port, then answers `memory` and `processor`.
import { createLocalAbly } from '@streamfold/local-ably'
import { relay } from './relay.ts'

const [kind = 'relay'] = process.argv.slice(2)
const started = performance.now()
const port = kind === 'relay' ? await relay() : await ably(kind)

process.send?.({ port, listening: performance.now() - started })
process.on('message', (asked) => {
  const { user, system } = process.cpuUsage()
  if (asked === 'processor') return void process.send?.({ processor: (user + system) / 1000 })
  globalThis.gc?.()
  globalThis.gc?.()
  const { heapUsed, external, rss } = process.memoryUsage()
  process.send?.({ heap: heapUsed + external, rss })
})
process.on('disconnect', () => process.exit())

async function ably(data: string): Promise<number> {
  const server = await createLocalAbly({ host: '127.0.0.1', appendRollupWindow: 0, ...(data !== 'memory' && { data }) })
  return server.port
}
