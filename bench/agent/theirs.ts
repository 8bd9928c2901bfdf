import { createAgentSession, createClientSession } from '@ably/ai-transport/vercel'
import type { UIMessageChunk } from 'ai'
import { ablyClient } from './ably-client.ts'
import type { Contender } from './workload.ts'
import { createMeter } from './workload.ts'

let runs = 0

/** @param rollup whether the service merges their appends, which it does unless it is told not to */
export function theirs(rollup: boolean): Contender {
  return {
    name: rollup ? '@ably/ai-transport' : '@ably/ai-transport, rollup off',
    async run(workload, port) {
      const run = ++runs
      const agent = await ablyClient(port, 'agent', rollup ? {} : { transportParams: { appendRollupWindow: 0 } })
      const user = await ablyClient(port, 'ann')
      const each = Array.from({ length: workload.responses }, async (_, n) => {
        const channelName = `ai:theirs-${run}-${n}`
        const client = createClientSession({ client: user, channelName })
        await client.connect()
        const session = createAgentSession({ client: agent, channelName })
        await session.connect()
        const parts = [{ type: 'text' as const, text: 'go' }]
        const asked = await client.view.send({ kind: 'user-message', message: { id: `m${n}`, role: 'user', parts } })
        const answering = session.createRun(asked.toInvocation())
        await answering.start()
        const meter = createMeter(workload, n)
        client.view.on('update', () => meter.holds(lengthOf(client.view.getMessages())))
        const answered = answering.pipe(toChunks(meter.source())).then(() => answering.end({ reason: 'complete' }))
        // If tokens are lost, it may reject or never end.
        await (workload.mayLose ? Promise.race([answered.catch(() => meter.done), meter.done]) : answered)
        await meter.done
        const left = Promise.all([client.close(), session.end()])
        await (workload.mayLose ? Promise.race([left.catch(() => undefined), pause(1_000)]) : left)
        return meter
      })
      const meters = await Promise.all(each)
      agent.close()
      user.close()
      return meters
    },
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

async function* toChunks(source: AsyncIterable<string>): AsyncGenerator<UIMessageChunk> {
  yield { type: 'start' }
  yield { type: 'text-start', id: 't' }
  for await (const delta of source) yield { type: 'text-delta', id: 't', delta }
  yield { type: 'text-end', id: 't' }
  yield { type: 'finish' }
}

interface Shown {
  readonly message: { readonly role: string; readonly parts: readonly { readonly type: string; readonly text?: string }[] }
}

function lengthOf(messages: readonly Shown[]): number {
  const last = messages.at(-1)?.message
  if (last?.role !== 'assistant') return 0
  return last.parts.reduce((sum, part) => sum + (part.type === 'text' ? (part.text?.length ?? 0) : 0), 0)
}
