import { type AnthropicMessage, anthropicMessages, type Chunk, type Task } from '@streamfold/agent'

type Ask = (messages: AnthropicMessage[]) => AsyncIterable<Chunk>
export async function* respond({ messages, continued, run }: Task, ask: Ask, invite: (input: unknown) => Promise<string>) {
  const results: Record<string, string> = {}
  for (const { toolCallId, input } of continued?.calls.filter(({ approved }) => approved) ?? []) {
    await run(toolCallId)
    yield { type: 'tool-result', toolCallId, output: (results[toolCallId] = await invite(input)) }
  }
  yield* ask(anthropicMessages(messages, { results }))
}
