import assert from 'node:assert/strict'
import type { AbstractAgent, BaseEvent } from '@ag-ui/client'
import { EventType } from '@ag-ui/client'
import { createAgentChannel } from '@streamfold/ably'
import { ConversationAgent } from '@streamfold/ag-ui'
import { agUiInput, agUiSource } from '@streamfold/ag-ui/source'
import { serveAgent } from '@streamfold/agent'
import { createLocalAbly } from '@streamfold/local-ably'
import { Realtime } from 'ably'

const server = await createLocalAbly()
const connect = (clientId: string) => new Realtime(server.clientOptions({ clientId }))
const [agents, page, other] = [connect('agent'), connect('ann'), connect('ann')]

/** An agent of AG-UI: it says how many messages it was given, and keeps that as its state. */
async function* events(input: ReturnType<typeof agUiInput>): AsyncGenerator<BaseEvent> {
  const { threadId, runId, messages } = input
  yield { type: EventType.RUN_STARTED, threadId, runId }
  yield { type: EventType.STATE_SNAPSHOT, snapshot: { count: 0 } }
  yield { type: EventType.STATE_DELTA, delta: [{ op: 'replace', path: '/count', value: messages.length }] }
  yield { type: EventType.TEXT_MESSAGE_CHUNK, messageId: 'm', role: 'assistant', delta: `${messages.length} messages` }
  yield { type: EventType.RUN_FINISHED, threadId, runId }
}

const channel = agents.channels.get('ai:ag-ui')
const agent = serveAgent({
  channel: createAgentChannel(channel, { clientId: 'agent' }),
  respond: (task) => agUiSource(events(agUiInput(task)), task),
})
await agent.recover()
await channel.subscribe('prompt', ({ serial }) => void agent.answer(serial!))

const contents = ({ messages }: AbstractAgent) => messages.map(({ content }) => content)

const ann = new ConversationAgent(page.channels.get('ai:ag-ui'), { agent: 'agent' })
ann.addMessage({ id: 'first', role: 'user', content: 'hello' })
await ann.runAgent()
assert.deepEqual(contents(ann), ['hello', '1 messages'])
assert.deepEqual(ann.state, { count: 1 })

const reloaded: AbstractAgent = new ConversationAgent(other.channels.get('ai:ag-ui'), { agent: 'agent' })
await reloaded.connectAgent()
assert.deepEqual(reloaded.messages, ann.messages)
reloaded.addMessage({ id: 'second', role: 'user', content: 'more' })
await reloaded.runAgent()
assert.deepEqual(contents(reloaded), ['hello', '1 messages', 'more', '3 messages'])

await agent.close()
for (const client of [agents, page, other]) client.close()
await server.close()
console.log('a run of AG-UI goes over the channel in both directions')
