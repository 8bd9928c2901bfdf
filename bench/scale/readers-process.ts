// Attaches to the channels of a run, as pages do: one reader on each. Counts what is delivered. Arguments: port, channels, the prefix of their names.
import process from 'node:process'
import type { Realtime } from 'ably'
import { ablyClient } from '../agent/ably-client.ts'
import { CHANNELS } from './limits.ts'

const [port = '', channels = '', prefix = ''] = process.argv.slice(2)
let delivered = 0
/** Attachments that are asked for at the same time. */
const AT_ONCE = 50
const connected: Realtime[] = []
for (let n = 0; n < Number(channels); n += CHANNELS) connected.push(await ablyClient(Number(port), `reader-${n}`))
for (let first = 0; first < Number(channels); first += AT_ONCE) {
  const some = Array.from({ length: Math.min(AT_ONCE, Number(channels) - first) }, async (_, at) => {
    const n = first + at
    const channel = connected[Math.floor(n / CHANNELS)]!.channels.get(`${prefix}${n}`)
    await channel.subscribe(() => void delivered++)
  })
  await Promise.all(some)
}
process.on('message', () => process.send?.({ delivered }))
process.send?.({ ready: true })
