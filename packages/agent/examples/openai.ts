import { openAIInput, serveAgent, type AgentOptions } from '@streamfold/agent'
import OpenAI from 'openai'

const openai = new OpenAI()
const options = { model: 'gpt-5.4-mini', stream: true } as const
export const answerWithOpenAI = (channel: AgentOptions['channel']) =>
  serveAgent({
    channel,
    respond: ({ messages, signal }) => openai.responses.create({ ...options, input: openAIInput(messages) }, { signal }),
  })
