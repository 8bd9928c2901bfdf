import type { FinishReason } from '@streamfold/core'
import type { Fields } from '../fields.ts'
import { fieldsIn, idIn, isFields, textIn } from '../fields.ts'
import type { ModelStream } from '../model-stream.ts'
import { readJson } from '../read-json.ts'

/** Reads the calls of tools in one chat completion. */
export interface CallReader {
  readonly hasCalls: boolean
  read(delta: Fields, stream: ModelStream): void
  /** The completion has ended: what was written of each input is all of it. */
  end(finish: FinishReason, stream: ModelStream): void
}

interface Call {
  /** Undefined until the call has a name. */
  id: string | undefined
  /** As the server names it, if it does. */
  given: string | undefined
  name: string | undefined
  written: string
  isText: boolean
  isOver: boolean
}

export function createCallReader(): CallReader {
  const calls: Call[] = []
  const byIndex = new Map<unknown, Call>()
  const byGiven = new Map<string, Call>()

  /** Only the first delta of a call has its id, and not on all servers. Some give all calls of a message one index. */
  function find(index: unknown, given: string | undefined): Call {
    const known = byIndex.get(index)
    if (known && (given === undefined || known.given === undefined || known.given === given)) return known
    const same = given === undefined ? undefined : byGiven.get(given)
    const call: Call = same ?? { id: undefined, given, name: undefined, written: '', isText: false, isOver: false }
    if (!same) calls.push(call)
    byIndex.set(index, call)
    return call
  }

  function readCall(index: unknown, delta: Fields, of: Fields, stream: ModelStream): void {
    const call = find(index, idIn(delta['id']))
    if (call.isOver) return
    call.given ??= idIn(delta['id'])
    if (call.given !== undefined && !byGiven.has(call.given)) byGiven.set(call.given, call)
    call.name ??= textIn(of['name'])
    call.isText ||= delta['type'] === 'custom'
    const text = argumentsIn(call.isText ? of['input'] : of['arguments'])
    const { parts } = stream
    if (call.id === undefined && call.name !== undefined) {
      call.id = call.given ?? `call-${crypto.randomUUID()}`
      parts.call(call.id, { name: call.name, isText: call.isText })
      parts.input(call.id, call.written)
    }
    call.written += text
    if (call.id !== undefined) parts.input(call.id, text)
  }

  return {
    get hasCalls() {
      return calls.length > 0
    },
    read({ tool_calls: list, function_call: legacy }, stream) {
      for (const [position, delta] of fieldsIn(list).entries()) {
        const of = [delta['function'], delta['custom']].find(isFields) ?? delta
        readCall(delta['index'] ?? position, delta, of, stream)
      }
      if (isFields(legacy)) readCall('function_call', {}, legacy, stream)
    },
    end(finish, { parts }) {
      for (const call of calls) {
        if (call.id === undefined || call.isOver) continue
        const input = call.isText ? { input: call.written } : readJson(call.written)
        // A call that was cut has no input.
        if (finish === 'length' && !input) continue
        call.isOver = true
        if (input) parts.inputDone(call.id, call.written.trim() === '' && !call.isText ? undefined : input)
        else parts.inputFailed(call.id, new SyntaxError('the input is no JSON'))
      }
    },
  }
}

/** Some servers give the input as what it is. */
function argumentsIn(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}
