import type { FinishReason } from '@streamfold/core'
import type { KnownCall } from '../source/parts/calls.ts'
import type { PartChunk } from '../source/parts/part-chunk.ts'
import type { ToolError } from '../source/errors/tool-error.ts'
import type { Usage } from '../source/usage.ts'
import type { Observing } from './observing.ts'

/** What a source says of its model so far. */
export interface ModelAccount {
  /** How many calls its marks name; 0 where it marks none. */
  readonly requests: number
  readonly model: string | undefined
  readonly finish: FinishReason | undefined
  /** Of the calls before the last one, and of all. */
  readonly usageBefore: Usage
  readonly usage: Usage
}

/** Finds the calls of models and tools in what a source yields, and records them. */
export interface SourceCalls {
  /** The model is asked. */
  asked(): void
  /** The source has yielded something. */
  read(parts: readonly PartChunk[], account: ModelAccount): void
  /** A tool has failed; its part comes next. */
  toolFailed(error: ToolError): void
  /** The source has ended. @param error why, if it failed */
  ended(account: ModelAccount, error?: unknown): void
}

/** A call of a model that has not ended. */
interface OpenCall {
  startedAt: number
  firstChunkAt: number | undefined
  lastChunkAt: number
  /** A tool of it was run. */
  hasRun: boolean
  text: string
}

interface OpenTool {
  readonly name: string
  /** When its input was complete. */
  startedAt: number | undefined
  input: string
}

type Head = Extract<PartChunk, { readonly head: unknown }>['head']

/** @param known calls of a response that goes on; those that are due are run now */
export function followSource({ now, record }: Observing, known: readonly KnownCall[] = []): SourceCalls {
  let call = begun(now())
  let seen: Pick<ModelAccount, 'requests' | 'model' | 'finish'> = { requests: 0, model: undefined, finish: undefined }
  let counted: Usage = {}
  /** When the last tool gave its result. */
  let resultAt: number | undefined
  let failure: ToolError | undefined
  const tools = new Map<string, OpenTool>(
    known.filter(({ isDue }) => isDue).map(({ id, name }) => [id, { name, startedAt: call.startedAt, input: '' }]),
  )
  /** The part that bodies without an id add to. */
  let open: { readonly type: Head['type']; readonly id: string | undefined } | undefined
  /** The result whose body comes next. */
  let result: { readonly tool: OpenTool; readonly id: string; readonly error: unknown } | undefined

  function endCall(usage: Usage, error?: unknown): void {
    const { startedAt, firstChunkAt, lastChunkAt, hasRun, text } = call
    const { model, finish } = seen
    const endedAt = hasRun && error === undefined ? lastChunkAt : now()
    const own = Object.fromEntries(
      Object.entries(usage).map(([name, count]) => [name, Math.max(0, count - (counted[name as keyof Usage] ?? 0))]), // A name of it.
    )
    counted = usage
    record({ type: 'model-call', startedAt, firstChunkAt, endedAt, model, usage: own, finish, text, error })
  }

  function endTool(id: string, { name, startedAt, input }: OpenTool, output: string, error: unknown): void {
    const endedAt = now()
    tools.delete(id)
    resultAt = endedAt
    record({ type: 'tool-call', startedAt: startedAt ?? endedAt, endedAt, toolCallId: id, toolName: name, input, output, error })
  }

  /** The result whose body has come, or has none. */
  function endResult(output: string): void {
    if (!result) return
    endTool(result.id, result.tool, result.error === undefined ? output : '', result.error)
    result = undefined
  }

  function readHead(head: Head): void {
    endResult('')
    switch (head.type) {
      case 'tool':
        if (head.providerExecuted !== true) tools.set(head.id, { name: head.name, startedAt: undefined, input: '' })
        break
      case 'input': {
        const tool = tools.get(head.id)
        if (!tool || head.error !== undefined) tools.delete(head.id)
        else {
          if (head.input !== undefined) tool.input = JSON.stringify(head.input)
          tool.startedAt = now()
          call.hasRun = true
        }
        break
      }
      case 'ask':
        // A person decides first, and the response goes on with another source.
        tools.delete(head.id)
        break
      case 'output':
      case 'fault': {
        const tool = tools.get(head.id)
        if (!tool || (head.type === 'output' && head.preliminary === true)) break
        if (head.type === 'fault' && head.denied === true) tools.delete(head.id)
        else result = { tool, id: head.id, error: head.type === 'fault' ? (failure ?? new Error('the tool failed')) : undefined }
        failure = undefined
        break
      }
      default:
    }
    open = { type: head.type, id: 'id' in head ? head.id : undefined }
  }

  function readBody({ body, id = open?.id }: { readonly body: string; readonly id?: string }): void {
    if (result) return endResult(body)
    const tool = id === undefined ? undefined : tools.get(id)
    if (tool && tool.startedAt === undefined) tool.input += body
    else if (open?.type === 'text') call.text += body
  }

  return {
    asked: () => void (call = begun(now())),
    toolFailed: (error) => void (failure = error),
    read(parts, account) {
      const content = parts.some(isContent)
      const isNext =
        account.requests > seen.requests
          ? call.firstChunkAt !== undefined
          : account.requests === 0 && resultAt !== undefined && content
      if (isNext) {
        endCall(account.usageBefore)
        call = begun(resultAt ?? now())
      }
      if (isNext || account.requests > seen.requests) resultAt = undefined
      seen = account
      if (content) {
        call.lastChunkAt = now()
        call.firstChunkAt ??= call.lastChunkAt
      }
      for (const part of parts) {
        if ('head' in part) readHead(part.head)
        else readBody(part)
      }
      endResult('')
    },
    ended(account, error) {
      seen = account
      for (const [id, tool] of error === undefined ? [] : [...tools])
        if (tool.startedAt !== undefined) endTool(id, tool, '', error)
      endCall(account.usage, error)
    },
  }
}

function begun(startedAt: number): OpenCall {
  return { startedAt, firstChunkAt: undefined, lastChunkAt: startedAt, hasRun: false, text: '' }
}

/** Heads that a model gives, and not a tool or the loop around both. */
const ofModel: ReadonlySet<Head['type']> = new Set(['text', 'reasoning', 'tool', 'input', 'file', 'custom'])

function isContent(part: PartChunk, at: number, all: readonly PartChunk[]): boolean {
  if ('head' in part) return ofModel.has(part.head.type)
  // The body of a result or of data is not the model's.
  const before = all[at - 1]
  return !before || !('head' in before) || ofModel.has(before.head.type)
}
