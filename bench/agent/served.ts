import { createAgentChannel, openConversation } from '@streamfold/ably'
import { serveAgent } from '@streamfold/agent'
import { selectMessages } from '@streamfold/core'
import { ablyClient } from './ably-client.ts'
import type { Contender } from './workload.ts'
import { createMeter } from './workload.ts'

let runs = 0

/**
 * A whole agent, which listens to its channel for cancels, so that the service also sends it what it has written itself.
 *
 * @param echo whether it does; off, as our documentation says and apps/agent has it
 * @param readerPort where its reader connects, so that what passes on the agent's own connection can be counted
 */
export const served = (echo: boolean, readerPort: number): Contender => ({
  name: echo ? 'with echo' : 'streamfold',
  async run(workload, port) {
    const run = ++runs
    const options = { echoMessages: echo, transportParams: { appendRollupWindow: 0 } }
    const agentClient = await ablyClient(port, 'agent', options)
    const user = await ablyClient(readerPort, 'ann')
    const each = Array.from({ length: workload.responses }, async (_, n) => {
      const name = `ai:served-${run}-${n}-${echo}`
      const meter = createMeter(workload, n)
      const channel = createAgentChannel(agentClient.channels.get(name), { clientId: 'agent' })
      const agent = serveAgent({ channel, respond: () => meter.source() })
      const { store, sendMessage, release } = openConversation(user.channels.get(name), {
        agent: 'agent',
        scheduler: (flush) => flush(),
        rewind: false,
        notifyAgent: async ({ promptSerial }) => void (await agent.answer(promptSerial)),
      })
      store.subscribe(() => meter.holds(selectMessages(store.getSnapshot())[1]?.text.length ?? 0))
      await sendMessage('go')
      await meter.done
      await agent.close(1_000)
      release()
      return meter
    })
    const meters = await Promise.all(each)
    agentClient.close()
    user.close()
    return meters
  },
})
