import Anthropic from '@anthropic-ai/sdk'
import { anthropicMessages, serveAgent, type AgentOptions } from '@streamfold/agent'

const anthropic = new Anthropic()
const options = { model: 'claude-sonnet-5-5', max_tokens: 4_096, stream: true } as const
export const answerWithAnthropic = (channel: AgentOptions['channel']) =>
  serveAgent({
    channel,
    respond: ({ messages, signal }) =>
      anthropic.messages.create({ ...options, messages: anthropicMessages(messages) }, { signal }),
  })
