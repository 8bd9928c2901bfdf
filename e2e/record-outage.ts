// node --conditions=streamfold-source e2e/record-outage.ts: records a lost connection on local Ably, for the page `?log=` of both apps.
import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createAgentChannel, openConversation } from '@streamfold/ably'
import { serveAgent } from '@streamfold/agent'
import { hasEnded, selectMessages } from '@streamfold/core'
import { exportLog } from '@streamfold/core/log'
import { createLocalAbly } from '@streamfold/local-ably'
import { Realtime } from 'ably'

const folder = fileURLToPath(new URL('../apps/shared/recordings/', import.meta.url))
const words =
  `A connection was lost while this answer was being written. The page kept the text that it had, and said that it was offline. The agent did
not notice: it went on appending to the same message. When the page was back, the service could not continue its stream. So the page marked the answer as gapped,
read the message once, and showed exactly what the service held. From the next append on, the stream and the text were the same again.`.split(
    /\s+/,
  )

const ably = await createLocalAbly()
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds))

async function* answer(): AsyncGenerator<string> {
  for (const word of words) {
    yield `${word} `
    await pause(160)
  }
}

const agentClient = new Realtime(ably.clientOptions({ clientId: 'agent' }))
const reader = new Realtime(ably.clientOptions({ clientId: 'ann', disconnectedRetryTimeout: 2_000 }))
const agent = serveAgent({
  channel: createAgentChannel(agentClient.channels.get('ai:outage'), { clientId: 'agent' }),
  respond: () => answer(),
})
const conversation = openConversation(reader.channels.get('ai:outage'), {
  agent: 'agent',
  log: true,
  notifyAgent: async ({ promptSerial }) => void (await agent.answer(promptSerial)),
})
await pause(500)
await conversation.sendMessage('What happens when the connection is lost?')
await pause(2_500)
ably.faults.expireContinuity({ clientId: 'ann' })
ably.faults.cut({ clientId: 'ann', refuseFor: 1_500 })
// What the service holds is ahead of what it delivers: the gap can be seen until the stream has caught up.
ably.faults.delay({ ms: 1_500, channel: 'ai:outage' })
await pause(7_000)
ably.faults.clear()
const done = () =>
  selectMessages(conversation.store.getState()).some((message) => message.role === 'assistant' && hasEnded(message))
while (!done()) await pause(100)
await pause(500)

const log = conversation.store.log
if (!log) throw new Error('unable to save the recording; the store kept no log')
mkdirSync(folder, { recursive: true })
writeFileSync(`${folder}outage.log`, `${exportLog(log)}\n`)
console.log(`${log.events.length} events in apps/shared/recordings/outage.log`)
conversation.release()
await agent.close()
agentClient.close()
reader.close()
await ably.close()
process.exit(0)
