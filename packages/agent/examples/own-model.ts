import { createAgentChannel } from '@streamfold/ably'
import { serveAgent, type Task } from '@streamfold/agent'
import { Realtime } from 'ably'

const lean = { echoMessages: false, transportParams: { appendRollupWindow: 0 } }
const ably = new Realtime({ key: process.env['ABLY_API_KEY']!, clientId: 'agent', ...lean })
const channel = createAgentChannel(ably.channels.get('ai:demo'), { clientId: 'agent' })
async function* respond({ prompt }: Task) {
  for (const word of prompt.text.split(' ')) yield `${word}, you say? `
}
export const agent = serveAgent({ channel, respond })
