import { createAgentChannel, openConversation } from '@streamfold/ably'
import { streamResponse } from '@streamfold/agent'
import type { Store } from '@streamfold/core'
import { selectConnectionStatus, selectMessages } from '@streamfold/core'
import { ablyClient } from './ably-client.ts'
import type { Contender } from './workload.ts'
import { createMeter } from './workload.ts'

let runs = 0

/**
 * The agent's own batching. As our documentation says, and apps/agent does, the service's rollup, which would batch again, is off.
 *
 * @param rollup leaves it on
 */
export const ours = (rollup: boolean): Contender => ({
  name: rollup ? 'streamfold, rollup on' : 'streamfold',
  async run(workload, port) {
    const run = ++runs
    const agent = await ablyClient(port, 'agent', rollup ? {} : { transportParams: { appendRollupWindow: 0 } })
    const user = await ablyClient(port, 'ann')
    const each = Array.from({ length: workload.responses }, async (_, n) => {
      const name = `ai:ours-${run}-${n}`
      const handle = openConversation(user.channels.get(name), { agent: 'agent', scheduler: (flush) => flush(), rewind: false })
      await live(handle.store)
      const meter = createMeter(workload, n)
      handle.store.subscribe(() => meter.holds(selectMessages(handle.store.getSnapshot())[0]?.text.length ?? 0))
      const { writer } = createAgentChannel(agent.channels.get(name), { clientId: 'agent' })
      let begun = (): void => undefined
      const exists = new Promise<void>((resolve) => (begun = resolve))
      // Called earlier than the peer's, which waits for its message to exist. A real model would think meanwhile; this one does not.
      async function* source() {
        await exists
        yield* meter.source()
      }
      const stream = streamResponse(writer, source(), { replyTo: `prompt-${n}` })
      void stream.serial.then(begun)
      const { status, repairs } = await stream.finished
      if (!workload.mayLose && (status !== 'complete' || repairs > 0))
        throw new Error(`ours ended ${status} with ${repairs} repairs`)
      await meter.done
      handle.release()
      return meter
    })
    const meters = await Promise.all(each)
    agent.close()
    user.close()
    return meters
  },
})

/** Connected before the run begins, as the peer's client is. */
function live(store: Store): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => void (selectConnectionStatus(store.getSnapshot()) === 'live' && (stop(), resolve()))
    const stop = store.subscribe(look)
    look()
  })
}
