import type { MessagePart, ToolState } from '../protocol/part.ts'
import { parsed, textOf } from '../shared/json.ts'
import type { Draft, FixedDraft, Result, ToolDraft } from './drafts.ts'
import { isTextual, objectOf, outputOf, provided } from './drafts.ts'
import { readPartialJson } from './partial-json.ts'

/** The part that a draft makes: the same object while nothing of it changes. @param ended whether the response has ended */
export function partOf(draft: Draft, ended: boolean): MessagePart {
  if (draft.is === 'fixed') return draft.part
  // A finished part stays the same object when its response ends.
  const name = ended && !isDone(draft) ? 'ended' : 'going'
  return (draft[name] ??= makePart(draft, ended))
}

function isDone(draft: Exclude<Draft, FixedDraft>): boolean {
  return draft.is === 'tool'
    ? draft.fault?.done === true || (draft.output?.done === true && !isPreliminary(draft.output))
    : draft.done
}

function makePart(draft: Exclude<Draft, FixedDraft>, ended: boolean): MessagePart {
  if (draft.is === 'tool') return toolPart(draft, ended)
  const state = ended || draft.done ? 'done' : 'streaming'
  const metadata = provided({ provider: draft.provider })
  if (isTextual(draft)) {
    const { id, citations, ms } = draft
    const text = draft.body.body
    const named = id === undefined ? {} : { id }
    if (draft.is === 'text')
      return { type: 'text', ...named, text, state, ...(citations.length > 0 && { citations }), ...metadata }
    return { type: 'reasoning', ...named, text, state, ...(ms !== undefined && { durationMs: ms }), ...metadata }
  }
  const { name, id, body, done, earlier } = draft
  // Another part may have interrupted it: what was shown of it stays.
  const value = lazy(() => {
    // The complete one, or the one before, or what has arrived. Each may be null.
    const whole = done ? parsed(body.body) : undefined
    const shown = whole === undefined && earlier ? parsed(earlier.body) : whole
    return shown === undefined ? readPartialJson(body) : shown
  })
  if (draft.is === 'custom') {
    return {
      type: 'custom',
      kind: name,
      get data() {
        return value()
      },
      ...metadata,
    }
  }
  return {
    type: `data-${name}`,
    ...(id !== undefined && { id }),
    get data() {
      return value()
    },
    state,
  }
}

function isPreliminary(output: Result | undefined): boolean {
  return output?.head['preliminary'] === true
}

function toolPart(draft: ToolDraft, ended: boolean): MessagePart {
  const { id, name, head, body, inputDone, approval, wanted, fault, running, see } = draft
  const output = outputOf(draft)
  const state = stateOf(draft, ended)
  const input = lazy(() => {
    if (inputDone && 'input' in inputDone) return inputDone['input']
    if (!inputDone) return readPartialJson(body)
    // A tool may take text that is no JSON.
    const known = parsed(body.body)
    return known === undefined ? textOf(body.body) : known
  })
  const result = lazy(() => output && parsed(output.body.body))
  const errorText = fault?.done ? fault.body.body : textOf(inputDone?.['error'])
  const title = textOf(head['title'])
  const metadata = objectOf(head['metadata'])
  const called = objectOf(inputDone?.['provider']) ?? objectOf(head['provider'])
  const returned = objectOf((output ?? fault)?.head['provider'])
  // Spreading would call the getters, so what not every call has is added one by one.
  const part: Record<string, unknown> = {
    type: head['dynamic'] === true ? 'dynamic-tool' : `tool-${name}`,
    toolCallId: id,
    state,
    get input() {
      return input()
    },
    inputText: body.body,
    get output() {
      return result()
    },
  }
  if (head['dynamic'] === true) part['toolName'] = name
  if (isPreliminary(output)) part['preliminary'] = true
  if (errorText !== undefined && state === 'output-error') part['errorText'] = errorText
  if (title !== undefined) part['title'] = title
  if (metadata) part['toolMetadata'] = metadata
  if (typeof head['providerExecuted'] === 'boolean') part['providerExecuted'] = head['providerExecuted']
  if (called) part['callProviderMetadata'] = called
  if (returned) part['resultProviderMetadata'] = returned
  if (approval) part['approval'] = approval
  if (wanted) part['wanted'] = wanted
  if (fault?.done && fault.head['uncertain'] === true) part['uncertain'] = true
  if (running && (state === 'input-available' || state === 'approval-responded')) part['running'] = true
  if (see !== undefined) part['see'] = see
  return part as unknown as MessagePart // The fields of a call, as listed.
}

function stateOf(draft: ToolDraft, ended: boolean): ToolState {
  const { approval, inputDone, fault } = draft
  const output = outputOf(draft)
  if (fault?.done) return fault.head['denied'] === true ? 'output-denied' : 'output-error'
  if (textOf(inputDone?.['error']) !== undefined) return 'output-error'
  if (output && !(ended && isPreliminary(output))) return 'output-available'
  if (ended) return 'interrupted'
  if (approval) return approval.approved === undefined ? 'approval-requested' : 'approval-responded'
  return inputDone ? 'input-available' : 'input-streaming'
}

function lazy<Value>(compute: () => Value): () => Value {
  let known: { readonly value: Value } | undefined
  return () => (known ??= { value: compute() }).value
}
