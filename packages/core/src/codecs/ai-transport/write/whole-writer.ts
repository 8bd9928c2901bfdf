import type { Head } from '../../../protocol/frames.ts'
import { escapeBody, frameHead } from '../../../protocol/frames.ts'
import type { JsonObject } from '../../../shared/json.ts'
import { isObject, textOf } from '../../../shared/json.ts'
import type { CarriedParts, Whole } from './carried-parts.ts'
import type { PartData, PartOutlet } from './part-outlet.ts'
import { codecHeaders } from './part-outlet.ts'

/** Writes parts that are one message, published once it is complete. */
export interface WholeWriter {
  publish(kind: string, headers: Readonly<Record<string, unknown>>, data?: PartData): void
  /** What AI Transport has no message for is written as frames, in a message that its clients skip. */
  publishFrames(head: JsonObject, body?: string): void
  /** A result, data, metadata or content of a provider. */
  publishWhole(whole: Whole): void
  publishSource(head: JsonObject): void
  publishFile(head: JsonObject): void
  publishRequest(head: JsonObject): void
  publishStep(head: JsonObject): void
}

export function createWholeWriter(outlet: PartOutlet, carried: CarriedParts): WholeWriter {
  function publish(kind: string, headers: Readonly<Record<string, unknown>>, data: PartData = ''): void {
    // Metadata is no part.
    carried.isEmpty &&= kind === 'message-metadata'
    outlet.publish({ ...codecHeaders(headers), kind }, data)
  }

  function publishFrames(head: JsonObject, body = ''): void {
    const end = body === '' ? '' : frameHead({ type: 'end' })
    publish('frames', {}, frameHead(head as unknown as Head) + escapeBody(body) + end) // A head as it was read.
  }

  function publishMetadata(value: unknown): void {
    if (!isObject(value)) return
    // Their clients show the last metadata only.
    carried.metadata = { ...carried.metadata, ...value }
    publish('message-metadata', { messageMetadata: carried.metadata })
  }

  return {
    publish,
    publishFrames,
    publishWhole({ head, text }) {
      const id = textOf(head['id']) ?? ''
      const { dynamic, providerExecuted } = carried.calls.get(id)?.head ?? {}
      const of = { toolCallId: id, dynamic, providerExecuted, providerMetadata: head['provider'] }
      const value = parsed(text)?.value
      switch (head['type']) {
        case 'output':
          return publish('tool-output-available', { ...of, preliminary: head['preliminary'] }, { output: value ?? null })
        case 'fault':
          if (head['denied'] === true) return publish('tool-output-denied', { toolCallId: id }, { errorText: text })
          return publish('tool-output-error', of, { errorText: text })
        case 'data':
          if (!isData(value)) return publishFrames(head, text)
          return publish(`data-${textOf(head['name']) ?? ''}`, { id: head['id'] }, value)
        case 'meta':
          return publishMetadata(value)
        default:
          return publishFrames(head, text)
      }
    },
    publishSource({ id, url, title, mediaType, filename, provider }) {
      const of = { sourceId: id, title, providerMetadata: provider }
      if (url === undefined) return publish('source-document', { ...of, mediaType, filename })
      publish('source-url', of, textOf(url))
    },
    publishFile({ mediaType, url, filename, alt, reasoning, provider }) {
      const kind = reasoning === true ? 'reasoning-file' : 'file'
      publish(kind, { mediaType, filename, alt, providerMetadata: provider }, textOf(url))
    },
    publishRequest(head) {
      // Their agents do not say that they wait for an output, and their clients would ask for an approval.
      if (head['wants'] === 'output') return publishFrames(head)
      publish('tool-approval-request', { toolCallId: head['id'], approvalId: head['approval'] })
      if ('of' in head || 'until' in head || 'reason' in head) publishFrames(head)
    },
    publishStep(head) {
      // Their clients begin the first step by themselves.
      if (carried.isEmpty) publishFrames(head)
      else publish('start-step', {})
    },
  }
}

/** Whether the service takes a value as data: it takes text, lists and objects. */
export function isData(value: unknown): value is PartData {
  return typeof value === 'string' || (typeof value === 'object' && value !== null)
}

/** The value of a JSON text; undefined if it is none. */
export function parsed(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown }
  } catch {
    return undefined
  }
}
