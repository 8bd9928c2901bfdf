import type { JsonObject } from '../../../shared/json.ts'
import { textOf } from '../../../shared/json.ts'
import type { Call, CarriedParts } from './carried-parts.ts'
import type { CodecHeaders, PartOutlet, PartStream } from './part-outlet.ts'
import { codecHeaders } from './part-outlet.ts'
import type { WholeWriter } from './whole-writer.ts'
import { isData, parsed } from './whole-writer.ts'

/** Writes calls of tools: a stream each, or one message if the input has come at once. */
export interface CallWriter {
  start(head: JsonObject): Call
  add(call: Call, text: string): void
  /** The input is complete: its call's message ends. */
  endInput(head: JsonObject): void
  /** Begins the stream of a call whose input has not come at once. */
  settle(call: Call): void
  /** Cuts off the calls whose input is not complete. */
  cancelAll(): void
}

export function createCallWriter(outlet: PartOutlet, { publish, publishFrames }: WholeWriter, carried: CarriedParts): CallWriter {
  const { calls } = carried

  function begin(call: Call): PartStream {
    if (call.stream) return call.stream
    call.stream = outlet.begin(headersOf(call))
    if (call.text !== '') outlet.append(call.stream, call.text)
    carried.isEmpty = false
    return call.stream
  }

  return {
    start(head) {
      const call: Call = { is: 'call', head, text: '', stream: undefined, isClosed: false }
      calls.set(textOf(head['id']) ?? '', call)
      return call
    },
    add(call, text) {
      if (call.isClosed) return
      call.text += text
      if (call.stream) outlet.append(call.stream, text)
    },
    endInput(head) {
      const call = calls.get(textOf(head['id']) ?? '')
      if (!call || call.isClosed) return publishFrames(head)
      call.isClosed = true
      const known = 'input' in head ? { value: head['input'] } : parsed(call.text)
      const error = textOf(head['error'])
      if (error !== undefined) {
        if (call.stream) outlet.close(call.stream, 'cancelled')
        const { kind: _, ...headers } = headersOf(call)
        return publish('tool-input-error', headers, { errorText: error, input: known?.value ?? call.text })
      }
      const provider = codecHeaders({ providerMetadata: head['provider'] })
      if (!call.stream && known && isData(known.value)) {
        const { kind, ...headers } = headersOf(call)
        return publish(kind, { ...headers, ...provider }, known.value)
      }
      const stream = begin(call)
      const input = 'input' in head ? (JSON.stringify(head['input']) ?? '') : call.text
      // Before its end, because their clients drop what comes behind that.
      if (call.text === '' && input !== '') outlet.append(stream, input)
      else if (input !== call.text) outlet.replace(stream, input)
      outlet.close(stream, 'complete', provider)
    },
    settle(call) {
      if (!call.isClosed) begin(call)
    },
    cancelAll() {
      for (const call of calls.values()) {
        if (call.stream && !call.isClosed) outlet.close(call.stream, 'cancelled')
        call.isClosed = true
      }
    },
  }
}

function headersOf({ head }: Call): CodecHeaders & { readonly kind: 'tool-input' } {
  const { id, name, dynamic, title, providerExecuted, provider } = head
  const headers = codecHeaders({ toolCallId: id, toolName: name, dynamic, title, providerExecuted, providerMetadata: provider })
  return { ...headers, kind: 'tool-input' }
}
