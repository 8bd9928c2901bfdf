import { createAgentChannel, openConversation } from '@streamfold/ably'
import type { Agent, Chunk } from '@streamfold/agent'
import { serveAgent } from '@streamfold/agent'
import { selectMessages } from '@streamfold/core'
import { aiTransportAgent } from '@streamfold/core/ai-transport'
import { agentScript } from '@streamfold/test-support/agent-script'
import { theirAgent } from '@streamfold/test-support/their-agent'
import { theirClient } from '@streamfold/test-support/their-client'
import type { InboundMessage, PaginatedResult, Realtime, RealtimeChannel } from 'ably'
import type { Measured } from '../core/row.ts'
import { ablyClient } from './ably-client.ts'

/** How many messages of a channel's history one run takes: the script has reasoning, two calls at once, sources, a file, data and text. */
export async function messagesOfOneRun(port: number): Promise<Measured> {
  const ours = await countOf(port, 'ours', answerOurs)
  const theirs = await countOf(port, 'theirs', answerTheirs)
  const inTheirFormat = await countOf(port, 'in-their-format', answerInTheirFormat)
  return {
    id: 'history of one run with reasoning, two tools, sources and text',
    unit: 'messages',
    ours,
    peers: { '@ably/ai-transport': theirs, 'streamfold, in the format of AI Transport': inTheirFormat },
    ratio: ours / theirs,
    goal: { atMost: 0.1 },
    sound: ours === 1,
  }
}

type Answer = (agent: Realtime, user: Realtime, channelName: string) => Promise<void>

/** @returns the messages of the agent that a plain client reads from the history */
async function countOf(port: number, name: string, answer: Answer): Promise<number> {
  const channelName = `ai:messages-${name}`
  const [agent, user] = await Promise.all([ablyClient(port, 'agent'), ablyClient(port, 'ann')])
  await answer(agent, user, channelName)
  const count = await agentMessages(user.channels.get(channelName))
  agent.close()
  user.close()
  return count
}

async function agentMessages(channel: RealtimeChannel): Promise<number> {
  let count = 0
  let page: PaginatedResult<InboundMessage> | null = await channel.history({ limit: 100 })
  for (; page; page = await page.next()) count += page.items.filter(({ clientId }) => clientId === 'agent').length
  return count
}

async function answerOurs(agentClient: Realtime, user: Realtime, channelName: string): Promise<void> {
  const channel = createAgentChannel(agentClient.channels.get(channelName), { clientId: 'agent' })
  const agent = serveAgent({ channel, respond: script, onError: noteNothing })
  const { sendMessage, release } = openConversation(user.channels.get(channelName), {
    agent: 'agent',
    notifyAgent: async ({ promptSerial }) => finished(await agent.answer(promptSerial)),
  })
  await sendMessage('go')
  release()
  await agent.close(1_000)
}

async function answerInTheirFormat(agentClient: Realtime, user: Realtime, channelName: string): Promise<void> {
  const channel = createAgentChannel(agentClient.channels.get(channelName), { clientId: 'agent', codec: aiTransportAgent })
  const agent = serveAgent({ channel, respond: script, onError: noteNothing })
  const client = await theirClient(user, channelName)
  await client.send('go')
  const prompt = selectMessages(await channel.conversation()).find(({ role }) => role === 'user')
  if (!prompt) throw new Error('unable to count messages; the prompt is not in the history')
  await finished(await agent.answer(prompt.id))
  await client.session.close()
  await agent.close(1_000)
}

async function answerTheirs(agentClient: Realtime, user: Realtime, channelName: string): Promise<void> {
  const client = await theirClient(user, channelName)
  const agent = await theirAgent(agentClient, channelName)
  const asked = await client.send('go')
  const answering = await agent.answer(asked.toInvocation())
  await answering.say(...agentScript)
  await answering.complete()
  await client.session.close()
  await agent.session.end()
}

async function finished(answer: Awaited<ReturnType<Agent['answer']>>): Promise<void> {
  const outcome = answer.type === 'answering' ? (await answer.finished).status : answer.type
  if (outcome !== 'complete') throw new Error(`unable to count messages; our agent ended its answer ${outcome}`)
}

/** One of the script's tools fails. An answer that ends otherwise is noticed by its status. */
function noteNothing(): void {}

async function* script(): AsyncGenerator<Chunk> {
  for (const chunk of agentScript) yield chunk as Chunk // A chunk of the AI SDK.
}
