import { WebSocket } from 'ws'
import type { Contender } from './workload.ts'
import { createMeter } from './workload.ts'

let runs = 0

/** One message for each token, folded by adding it to a string: two hops and nothing else. */
export const bareWs: Contender = {
  name: 'bare ws',
  async run(workload, port) {
    const run = ++runs
    const each = Array.from({ length: workload.responses }, async (_, n) => {
      const [writer, reader] = await Promise.all([
        open(`ws://127.0.0.1:${port}/${run}-${n}`),
        open(`ws://127.0.0.1:${port}/${run}-${n}`),
      ])
      const meter = createMeter(workload, n)
      let text = ''
      reader.on('message', (data) => {
        text += (JSON.parse(String(data)) as { text: string }).text
        meter.holds(text.length)
      })
      for await (const token of meter.source()) writer.send(JSON.stringify({ text: token }))
      await meter.done
      writer.close()
      reader.close()
      return meter
    })
    return Promise.all(each)
  },
}

async function open(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  await new Promise((resolve) => socket.once('open', resolve))
  return socket
}
