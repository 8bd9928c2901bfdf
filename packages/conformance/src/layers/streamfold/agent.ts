import { createAgentChannel } from '@streamfold/ably'
import type { Task } from '@streamfold/agent'
import { modelMessages, serveAgent } from '@streamfold/agent'
import type { ClientOptions } from 'ably'
import { Realtime } from 'ably'
import { isStepCount, streamText } from 'ai'
import { agentConfig, report } from '../../harness/script.ts'
import { scriptedModel } from '../../harness/scripted-model.ts'
import { sendTools } from '../send-tools.ts'

/** As docs/pages/start/agent.md says, with the AI SDK as in the README of the agent. */
const { client, channelName } = agentConfig<{ readonly client: ClientOptions; readonly channelName: string }>()
const ably = new Realtime({ ...client, clientId: 'agent', echoMessages: false, transportParams: { appendRollupWindow: 0 } })
const channel = ably.channels.get(channelName, { params: { rewind: '1m' } })
const agent = serveAgent({ channel: createAgentChannel(channel, { clientId: 'agent' }), respond, onError: () => undefined })
await channel.subscribe('prompt', ({ serial }) => void agent.answer(serial!)) // The service gives each message one.
await agent.recover()
report({ is: 'ready' })

function respond({ messages, signal, tools }: Task) {
  const request = { messages: modelMessages(messages), tools: tools(sendTools), stopWhen: isStepCount(9) }
  return streamText({ model: scriptedModel, ...request, abortSignal: signal, onError: () => undefined })
}
