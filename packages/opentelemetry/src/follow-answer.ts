import type { Attributes, Span, SpanOptions, Tracer } from '@opentelemetry/api'
import { context, SpanKind, trace } from '@opentelemetry/api'
import type { AnswerEvent, AnswerObserver, ModelCall, StartedAnswer, ToolCall, Usage } from '@streamfold/agent'
import type { AgentMetrics } from './agent-metrics.ts'
import { inputMessages, outputMessage } from './contents.ts'
import { errorType } from './error-type.ts'
import type { ObserveAgentOptions } from './observe-agent-options.ts'
import { failSpan } from './span-error.ts'
import { contextOf, remoteSpan, traceparentOf } from './trace-context.ts'

interface Following extends ObserveAgentOptions {
  readonly now: () => number
  readonly tracer: Tracer
  readonly instruments: AgentMetrics
  readonly ofProvider: Attributes
}

/** The trace and the metrics of one answer. */
export function followAnswer(started: StartedAnswer, options: Following): AnswerObserver {
  const { now, tracer, instruments, ofProvider, recordContents = false, modelSpans = true, joinTrace = true } = options
  const name = options.agentName ?? started.agent
  const ofAgent: Attributes = { 'gen_ai.operation.name': 'invoke_agent', 'gen_ai.agent.name': name, ...ofProvider }
  const startedAt = now()
  const remote = remoteSpan(started.traceparent)
  const joins = typeof joinTrace === 'function' ? joinTrace(started) : joinTrace
  const span = tracer.startSpan(
    `invoke_agent ${name}`,
    {
      kind: SpanKind.INTERNAL,
      startTime: startedAt,
      ...(remote && !joins && { links: [{ context: remote }] }),
      attributes: {
        ...ofAgent,
        'gen_ai.conversation.id': started.channelName,
        'streamfold.prompt.id': started.prompt.id,
        'streamfold.answer.kind': started.kind,
        ...(started.waited !== undefined && { 'streamfold.answer.waited': started.waited / 1_000 }),
      },
    },
    contextOf(joins ? remote : undefined),
  )
  const within = trace.setSpan(contextOf(undefined), span)
  let used: Usage = {}
  instruments.active.add(1)
  if (started.takesOver) instruments.takeovers.add(1, { 'streamfold.takeover': 'taken' })
  if (started.waited !== undefined) instruments.waited.record(started.waited / 1_000)

  /** A span of something that has ended. */
  function child(
    title: string,
    spanOptions: SpanOptions,
    endedAt: number,
    error: unknown,
    describe?: (span: Span) => void,
  ): void {
    const made = tracer.startSpan(title, spanOptions, within)
    describe?.(made)
    if (error !== undefined) failSpan(made, error, recordContents)
    made.end(endedAt)
  }

  function onModelCall({ startedAt: startTime, firstChunkAt, endedAt, model, usage, finish, text, error }: ModelCall): void {
    used = sum(used, usage)
    const ofCall: Attributes = {
      'gen_ai.operation.name': 'chat',
      ...ofProvider,
      ...(model !== undefined && { 'gen_ai.response.model': model }),
    }
    instruments.modelCalls.record((endedAt - startTime) / 1_000, { ...ofCall, ...failure(error) })
    if (firstChunkAt !== undefined) instruments.firstChunks.record((firstChunkAt - startTime) / 1_000, ofCall)
    instruments.use(usage, ofCall)
    if (!modelSpans) return
    const attributes: Attributes = {
      ...ofCall,
      ...ofUsage(usage),
      'gen_ai.conversation.id': started.channelName,
      'gen_ai.request.stream': true,
      ...(finish !== undefined && { 'gen_ai.response.finish_reasons': [finish] }),
      ...(firstChunkAt !== undefined && { 'gen_ai.response.time_to_first_chunk': (firstChunkAt - startTime) / 1_000 }),
      ...(recordContents && { 'gen_ai.output.messages': outputMessage(text, finish) }),
    }
    child(model === undefined ? 'chat' : `chat ${model}`, { kind: SpanKind.CLIENT, startTime, attributes }, endedAt, error)
  }

  function onToolCall({ startedAt: startTime, endedAt, toolCallId, toolName, input, output, error }: ToolCall): void {
    const ofTool: Attributes = { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': toolName }
    instruments.tools.record((endedAt - startTime) / 1_000, { ...ofTool, ...failure(error) })
    if (!modelSpans) return
    const attributes: Attributes = {
      ...ofTool,
      'gen_ai.tool.call.id': toolCallId,
      'gen_ai.tool.type': 'function',
      ...(recordContents && {
        'gen_ai.tool.call.arguments': input,
        ...(error === undefined && { 'gen_ai.tool.call.result': output }),
      }),
    }
    child(`execute_tool ${toolName}`, { kind: SpanKind.INTERNAL, startTime, attributes }, endedAt, error)
  }

  function record(event: AnswerEvent): void {
    switch (event.type) {
      case 'created':
        span.setAttribute('streamfold.response.id', event.responseId)
        return
      case 'asked':
        if (recordContents) span.setAttribute('gen_ai.input.messages', inputMessages(event.messages))
        return
      case 'model-call':
        return onModelCall(event)
      case 'tool-call':
        return onToolCall(event)
      case 'append':
        instruments.appends.record((event.endedAt - event.startedAt) / 1_000, failure(event.error))
        return
      case 'repair':
        if (event.error === undefined) instruments.repairs.add(1)
        return child(
          'streamfold.repair',
          { kind: SpanKind.CLIENT, startTime: event.startedAt, attributes: { 'streamfold.repair.length': event.length } },
          event.endedAt,
          event.error,
        )
      case 'rejected': {
        const attributes = { 'streamfold.operation': event.operation, ...failure(event.error) }
        instruments.rejections.add(1, attributes)
        span.addEvent('streamfold.rejected', attributes, event.at)
        return
      }
      case 'ended': {
        const { outcome, at } = event
        const finish = 'finish' in outcome ? outcome.finish : undefined
        span.setAttributes({
          'streamfold.response.status': outcome.status,
          'streamfold.response.repairs': outcome.repairs,
          ...ofUsage(used),
          ...(finish !== undefined && { 'gen_ai.response.finish_reasons': [finish] }),
          ...(recordContents && { 'gen_ai.output.messages': outputMessage(outcome.text, finish) }),
        })
        const error = outcome.status === 'failed' ? outcome.error : undefined
        if (error !== undefined) failSpan(span, error, recordContents)
        if (outcome.status === 'waiting') instruments.waits.add(1)
        if (outcome.status === 'superseded') instruments.takeovers.add(1, { 'streamfold.takeover': 'lost' })
        instruments.active.add(-1)
        instruments.answers.record((at - startedAt) / 1_000, { ...ofAgent, ...failure(error) })
        span.end(at)
        return
      }
      default:
        event satisfies never
    }
  }

  return {
    traceparent: traceparentOf(span),
    now,
    within: (work) => context.with(trace.setSpan(context.active(), span), work),
    record,
  }
}

function failure(error: unknown): Attributes {
  return error === undefined ? {} : { 'error.type': errorType(error) }
}

function ofUsage({ inputTokens, outputTokens, cachedInputTokens, reasoningTokens }: Usage): Attributes {
  return {
    ...(inputTokens !== undefined && { 'gen_ai.usage.input_tokens': inputTokens }),
    ...(outputTokens !== undefined && { 'gen_ai.usage.output_tokens': outputTokens }),
    ...(cachedInputTokens !== undefined && { 'gen_ai.usage.cache_read.input_tokens': cachedInputTokens }),
    ...(reasoningTokens !== undefined && { 'gen_ai.usage.reasoning.output_tokens': reasoningTokens }),
  }
}

function sum(one: Usage, other: Usage): Usage {
  const total: Record<string, number> = { ...one }
  for (const [name, count] of Object.entries(other)) total[name] = (total[name] ?? 0) + count
  return total
}
