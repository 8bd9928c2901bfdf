import Anthropic from '@anthropic-ai/sdk'
import { selectMessages } from '@streamfold/core'
import { inputHash } from '@streamfold/core/codec'
import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import type { Agent, Answer, Chunk, Task } from '../src/index.ts'
import { anthropicMessages, openAIInput, openAIMessages, serveAgent, systemClock } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import { runServer } from './run-server.ts'

const run = {
  thoughts: [],
  words: ['I will ', 'look.'],
  calls: [
    { id: 'c1', name: 'weather', input: ['{"city"', ':"Rome"}'] },
    { id: 'c2', name: 'weather', input: ['{"city":', '"Oslo"}'] },
  ],
  answer: ['It is ', '3 degrees.'],
}

/** A vendor's request with the messages, and what the test looks at of them. */
type Ask = (
  baseURL: string,
  messages: Task['messages'],
  results: Readonly<Record<string, unknown>>,
  given: (input: readonly object[]) => void,
) => AsyncIterable<Chunk> | PromiseLike<AsyncIterable<Chunk>>

const vendors: Readonly<Record<string, Ask>> = {
  anthropic: (baseURL, messages, results, given) => {
    const input = anthropicMessages(messages, { results })
    given(input)
    return new Anthropic({ baseURL, apiKey: 'none' }).messages.stream({ model: 'm', max_tokens: 10, messages: input })
  },
  'openai responses': (baseURL, messages, results, given) => {
    const input = openAIInput(messages, { results })
    given(input)
    return new OpenAI({ baseURL, apiKey: 'none' }).responses.create({ model: 'm', input, stream: true })
  },
  'openai chat completions': (baseURL, messages, results, given) => {
    const input = openAIMessages(messages, { results })
    given(input)
    return new OpenAI({ baseURL, apiKey: 'none' }).chat.completions.create({ model: 'm', messages: input, stream: true })
  },
}

async function outcome(answer: Answer) {
  if (answer.type !== 'answering') throw new Error(answer.type)
  return answer.finished
}

describe.each(Object.keys(vendors))('a loop of one’s own over %s', (name) => {
  test.each(['the loop', 'the agent'])(
    'runs the calls that were approved, and hands their results to the model (%s asks)',
    async (how) => {
      const baseURL = await runServer(run)
      const channel = fakeChannel(systemClock)
      const ran: unknown[] = []
      let input: readonly object[] = []
      async function* respond({ messages, continued, run: begin }: Task): AsyncGenerator<Chunk, void> {
        const results: Record<string, unknown> = {}
        for (const { toolCallId, input: city, approved } of continued?.calls ?? []) {
          if (!approved) continue
          await begin(toolCallId)
          ran.push(city)
          yield { type: 'tool-result', toolCallId, output: (results[toolCallId] = '3 degrees') }
        }
        yield* await vendors[name]!(baseURL, messages, results, (given) => (input = given))
        if (continued || how === 'the agent') return
        for (const { id } of run.calls) yield { type: 'tool-approval-request', toolCallId: id, approvalId: `approve-${id}` }
      }
      const errors: unknown[] = []
      const onError = (error: unknown) => void errors.push(error)
      const agent: Agent = serveAgent({
        channel: channel.agent(),
        respond,
        onError,
        ...(how === 'the agent' && { approve: ['weather'] }),
      })
      const prompt = channel.prompt('weather?')
      expect(await outcome(await agent.answer(prompt))).toMatchObject({ status: 'waiting', text: 'I will look.' })
      const { serial } = channel.responses()[0]!
      channel.answer({ response: serial, call: 'c1', saw: inputHash({ city: 'Rome' }) })
      channel.answer({
        response: serial,
        call: 'c2',
        kind: 'deny',
        value: { reason: 'too cold' },
        saw: inputHash({ city: 'Oslo' }),
      })
      expect(await outcome(await agent.answer(prompt))).toMatchObject({
        status: 'complete',
        text: 'I will look.\n\nIt is 3 degrees.',
      })
      expect([ran, errors]).toEqual([[{ city: 'Rome' }], []])
      expect(JSON.stringify(input.slice(-2))).toMatch(/3 degrees.*too cold/)
      const response = selectMessages(await channel.agent().conversation()).find(({ role }) => role === 'assistant')
      expect(response?.parts.filter(({ type }) => type !== 'reasoning')).toMatchObject([
        { type: 'text' },
        { type: 'tool-weather', state: 'output-available', output: '3 degrees', approval: { approved: true, by: 'user' } },
        { type: 'tool-weather', state: 'output-denied', approval: { approved: false, reason: 'too cold' } },
        { type: 'step-start' },
        { type: 'text' },
      ])
      await agent.close()
    },
  )
})
