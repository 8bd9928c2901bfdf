import { MockLanguageModelV4 } from 'ai/test'
import { generateText, modelMessageSchema } from 'ai'
import type Anthropic from '@anthropic-ai/sdk'
import type { ModelMessage, ToolSet } from 'ai'
import type OpenAI from 'openai'

type ChatMessage = OpenAI.Chat.ChatCompletionMessageParam
type InputItem = OpenAI.Responses.ResponseInputItem
type AnthropicMessage = Anthropic.MessageParam
type LanguageModelV4Message = MockLanguageModelV4['doGenerateCalls'][number]['prompt'][number]

/**
 * What each provider refuses, with status 400 for the whole request, as its documentation says. The rules take the vendors' own types, so that
 * a conversation that does not have them does not compile.
 */

/** Of all of them: no halves of characters, because the servers read these as broken JSON. */
function encodingProblems(value: unknown): string[] {
  const json = JSON.stringify(value)
  return /\\ud[89a-f]/i.test(json) ? ['half a character'] : []
}

function alternationProblems(roles: readonly string[]): string[] {
  const wrong = roles.findIndex((role, at) => role !== (at % 2 === 0 ? 'user' : 'assistant'))
  return wrong < 0 ? [] : [`message ${wrong} is ${roles[wrong]}`]
}

/** The roles, with the steps of an answer as one. */
function turnsIn(messages: readonly { readonly role: string }[]): readonly string[] {
  const turns = messages.filter(({ role }, at) => role !== 'tool' && (role === 'user' || messages[at - 1]?.role !== 'tool'))
  return turns.map(({ role }) => role)
}

function nameProblems(name: string): string[] {
  return /^[\w-]{1,64}$/.test(name) ? [] : [`the name ${JSON.stringify(name)}`]
}

/**
 * The AI SDK's own schema, and its own conversion for a provider, which throws for a call without a result.
 *
 * @param tools those that it runs where a call was approved
 */
export async function aiSdkProblems(messages: ModelMessage[], tools: ToolSet = {}): Promise<string[]> {
  const parsed = await modelMessageSchema.array().safeParseAsync(messages)
  if (!parsed.success) return [`the schema: ${parsed.error.message}`]
  const result = {
    content: [{ type: 'text', text: 'ok' }],
    finishReason: { unified: 'stop', raw: 'stop' },
    warnings: [],
  } as const
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 1, text: 1, reasoning: 0 },
  }
  const model = new MockLanguageModelV4({
    doGenerate: async () => ({ ...result, content: [...result.content], warnings: [], usage }),
    supportedUrls: { '*/*': [/.*/] },
  })
  try {
    if (messages.length > 0) await generateText({ model, messages, tools, maxRetries: 0 })
  } catch (error) {
    return [String(error)]
  }
  const prompt = model.doGenerateCalls[0]?.prompt ?? []
  const ids = prompt.flatMap(({ role, content }) =>
    role === 'assistant' ? content.flatMap((part) => (part.type === 'tool-call' ? [part.toolCallId] : [])) : [],
  )
  return [
    ...encodingProblems(prompt),
    ...alternationProblems(turnsIn(prompt)),
    ...(new Set(ids).size < ids.length ? ['an id of two calls'] : []),
    ...prompt.flatMap((message, at) => stepProblems(message, prompt[at + 1], Object.keys(tools).length === 0)),
  ]
}

/**
 * A message, and the results that must be directly behind the calls in it.
 *
 * @param inOrder whether they are in the order of the calls; the AI SDK puts those of the tools that it runs last
 */
function stepProblems(
  { role, content }: LanguageModelV4Message,
  next: LanguageModelV4Message | undefined,
  inOrder: boolean,
): string[] {
  if (role !== 'assistant') return []
  const results =
    next?.role === 'tool' ? next.content.flatMap((part) => (part.type === 'tool-result' ? [part.toolCallId] : [])) : []
  const calls = content.filter((part) => part.type === 'tool-call')
  const sorted = (ids: readonly string[]) => (inOrder ? ids : ids.toSorted())
  const expected = calls.filter((call) => call.providerExecuted !== true).map(({ toolCallId }) => toolCallId)
  return [
    ...(content.length === 0 ? ['an empty answer'] : []),
    ...(content.at(-1)?.type === 'reasoning' ? ['reasoning at the end of a step'] : []),
    ...calls.flatMap(({ toolName }) => nameProblems(toolName)),
    ...(JSON.stringify(sorted(results)) === JSON.stringify(sorted(expected))
      ? []
      : [`results of ${results.join()} for calls ${expected.join()}`]),
  ]
}

/** https://platform.openai.com/docs/guides/function-calling and the reference of chat completions. */
export function chatProblems(messages: readonly ChatMessage[]): string[] {
  const problems = encodingProblems(messages)
  const ids = new Set<string>()
  let open: string[] = []
  for (const [at, message] of messages.entries()) {
    if (message.role === 'tool') {
      if (open.shift() !== message.tool_call_id) problems.push(`message ${at}: a result that is not of the next call`)
      if (message.content.length === 0) problems.push(`message ${at}: an empty result`)
      continue
    }
    if (open.length > 0) problems.push(`message ${at}: calls before it have no result`)
    open = []
    if (message.role === 'user') {
      if (message.content.length === 0) problems.push(`message ${at}: empty`)
      continue
    }
    if (message.role !== 'assistant') {
      problems.push(`message ${at}: role ${message.role}`)
      continue
    }
    const calls = message.tool_calls ?? []
    if (calls.length === 0 && typeof message.content !== 'string') problems.push(`message ${at}: neither text nor calls`)
    if (message.tool_calls && calls.length === 0) problems.push(`message ${at}: an empty list of calls`)
    if (message.content === '') problems.push(`message ${at}: empty text`)
    for (const call of calls) {
      if (ids.has(call.id)) problems.push(`the id ${call.id} twice`)
      if (call.id.length > 40) problems.push(`the id ${call.id} is too long`)
      ids.add(call.id)
      open.push(call.id)
      if (call.type !== 'function') continue
      problems.push(...nameProblems(call.function.name), ...objectProblems(call.function.arguments))
    }
  }
  if (open.length > 0) problems.push('calls at the end have no result')
  return [...problems, ...alternationProblems(turnsIn(messages))]
}

function objectProblems(json: string): string[] {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? [] : ['arguments that are no object']
  } catch {
    return ['arguments that are no JSON']
  }
}

/** https://platform.openai.com/docs/guides/reasoning and the reference of Responses. */
export function responsesProblems(items: readonly InputItem[]): string[] {
  const problems = encodingProblems(items)
  const ids = new Set<string>()
  const calls = new Set<string>()
  const open = new Set<string>()
  for (const [at, item] of items.entries()) {
    if ('id' in item && typeof item.id === 'string') {
      if (ids.has(item.id)) problems.push(`the id ${item.id} twice`)
      ids.add(item.id)
    }
    if (item.type === 'function_call_output') {
      if (!open.delete(item.call_id ?? '')) problems.push(`item ${at}: an output without its call`)
      if (item.output.length === 0) problems.push(`item ${at}: an empty output`)
      continue
    }
    const isCall = item.type === 'function_call'
    const before = items[at - 1]
    if (open.size > 0 && before?.type === 'function_call_output') problems.push(`item ${at}: between the outputs of one step`)
    if (isCall) {
      if (calls.has(item.call_id)) problems.push(`the call ${item.call_id} twice`)
      calls.add(item.call_id)
      open.add(item.call_id)
      problems.push(...nameProblems(item.name), ...objectProblems(item.arguments))
    }
    const next = items[at + 1]
    const isReasoning = item.type === 'reasoning' || item.type === 'item_reference'
    if (
      isReasoning &&
      !(next && (next.type === 'function_call' || isReasoningItem(next) || ('role' in next && next.role === 'assistant')))
    )
      problems.push(`item ${at}: reasoning without what follows it`)
    if ('role' in item) {
      if (item.role === 'user' && open.size > 0) problems.push(`item ${at}: a prompt before the outputs of calls`)
      if ('content' in item && item.content.length === 0) problems.push(`item ${at}: empty`)
    }
  }
  if (open.size > 0) problems.push('calls at the end have no output')
  const first = items[0]
  if (first && !('role' in first && first.role === 'user')) problems.push('the first item is not the user’s')
  return problems
}

function isReasoningItem(item: InputItem): boolean {
  return item.type === 'reasoning' || item.type === 'item_reference'
}

/** https://docs.claude.com/en/docs/build-with-claude (tool use, extended thinking, vision) and the reference of Messages. */
export function anthropicProblems(messages: readonly AnthropicMessage[]): string[] {
  const problems = [...encodingProblems(messages), ...alternationProblems(messages.map(({ role }) => role))]
  const ids = new Set<string>()
  for (const [at, { role, content }] of messages.entries()) {
    const blocks = typeof content === 'string' ? [{ type: 'text', text: content } as const] : content
    if (blocks.length === 0) problems.push(`message ${at}: empty`)
    const results = blocks.flatMap((block) => (block.type === 'tool_result' ? [block.tool_use_id] : []))
    const before = messages[at - 1]
    const called = before && typeof before.content !== 'string' ? before.content : []
    const expected = called.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []))
    if (JSON.stringify(results) !== JSON.stringify(role === 'user' ? expected : []))
      problems.push(`message ${at}: results of ${results.join()} for calls ${expected.join()}`)
    if (blocks.findLastIndex(({ type }) => type === 'tool_result') >= results.length)
      problems.push(`message ${at}: a result is not at the beginning`)
    if (role === 'assistant' && at === messages.length - 1 && blocks.some(({ type }) => type === 'tool_use'))
      problems.push('calls at the end have no result')
    const last = blocks.at(-1)
    if (last?.type === 'thinking' || last?.type === 'redacted_thinking') problems.push(`message ${at}: ends with thinking`)
    if (at === messages.length - 1 && role === 'assistant' && last?.type === 'text' && last.text !== last.text.trimEnd())
      problems.push('the last answer ends in white space')
    for (const [n, block] of blocks.entries()) {
      if (block.type === 'text' && block.text.trim() === '') problems.push(`message ${at}: blank text`)
      if (block.type === 'thinking' && block.signature === '') problems.push(`message ${at}: thinking without a signature`)
      if (block.type === 'redacted_thinking' && block.data === '') problems.push(`message ${at}: redacted thinking without data`)
      if (block.type === 'tool_result' && block.content === '') problems.push(`message ${at}: an empty result`)
      if (block.type === 'server_tool_use') {
        const next = blocks[n + 1]
        if (next?.type !== 'web_search_tool_result' || next.tool_use_id !== block.id)
          problems.push(`message ${at}: a search without its result`)
      }
      if (block.type !== 'tool_use' && block.type !== 'server_tool_use') continue
      if (ids.has(block.id) || !/^[\w-]+$/.test(block.id)) problems.push(`the id ${JSON.stringify(block.id)}`)
      ids.add(block.id)
      problems.push(...nameProblems(block.name), ...objectProblems(JSON.stringify(block.input)))
    }
  }
  return problems
}
