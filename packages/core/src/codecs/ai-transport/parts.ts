import type { Head, ProviderMetadata } from '../../protocol/frames.ts'
import { escapeBody, frameHead, RS } from '../../protocol/frames.ts'
import type { JsonObject } from '../../shared/json.ts'
import { isObject, textOf } from '../../shared/json.ts'

/** The message of a part as frames (P100). */
export interface PartFrames {
  /** What comes before the data. */
  readonly opening: string
  /** The data of a full version. An increment of a stream is a text. */
  readonly body: string
  /** What follows once the message is complete. */
  readonly closing: string
}

/**
 * Reads a message of AI Transport's codec for the AI SDK as frames; undefined if its kind is no part. Ids are theirs: a result names its call
 * by them, in whatever message it comes. Data is escaped or becomes JSON, so none of it makes a frame.
 *
 * @param codec its headers @param data of an increment, only `body` has a meaning
 */
export function readPart(kind: string, codec: JsonObject, data: unknown, isStream: boolean): PartFrames | undefined {
  const provider = metadataOf(codec, 'providerMetadata')
  const id = stringOf(codec['toolCallId'])
  switch (kind) {
    case 'text': {
      // Only a Streamfold agent has more to say of a text.
      const head = objectIn(codec['head'])
      if (head?.['type'] === 'more' && head['kind'] === 'text')
        return framed({ type: 'more', kind: 'text' }, stringOf(data), frameHead({ type: 'end', ...given({ provider }) }))
      if (head?.['type'] !== 'text') return undefined
      const part = given({
        id: textOf(head['id']),
        provider: (isObject(head['provider']) ? head['provider'] : undefined) as ProviderMetadata | undefined,
      })
      const apart = head['apart'] === true && { apart: true }
      return framed(
        { type: 'text', ...apart, ...part },
        stringOf(data),
        frameHead({ type: 'end', ...part, ...given({ provider }) }),
      )
    }
    case 'frames':
      return typeof data === 'string' && data.startsWith(RS) ? { opening: '', body: data, closing: '' } : undefined
    case 'reasoning':
      return framed(
        { type: 'reasoning', ...given({ provider }) },
        stringOf(data),
        frameHead({ type: 'end', ...withMs(codec), ...given({ provider }) }),
      )
    case 'tool-input': {
      const closing = frameHead({ type: 'input', id, ...given({ provider }) })
      return framed(callIn(codec), isStream ? stringOf(data) : jsonOf(data), closing)
    }
    case 'tool-input-error': {
      const { errorText, input } = isObject(data) ? data : { errorText: data }
      const error = textOf(errorText) ?? 'the input is not valid'
      // Where the call has a message of its own, its second head is skipped.
      return framed(callIn(codec), jsonOf(input), frameHead({ type: 'input', id, input, error }))
    }
    case 'tool-output-available': {
      const output = isObject(data) ? data['output'] : data
      const head: Head = {
        type: 'output',
        id,
        ...(codec['preliminary'] === 'true' && { preliminary: true }),
        ...given({ provider }),
      }
      return framed(head, jsonOf(output), end)
    }
    case 'tool-output-error':
      return framed({ type: 'fault', id, ...given({ provider }) }, errorIn(data), end)
    case 'tool-output-denied':
      return framed({ type: 'fault', id, denied: true }, errorIn(data), end, frameHead({ type: 'decided', id, approved: false }))
    case 'tool-approval-request':
      return framed({ type: 'ask', id, approval: stringOf(codec['approvalId']) })
    case 'source-url':
      return framed({
        type: 'source',
        id: stringOf(codec['sourceId']),
        url: stringOf(data),
        ...given({ title: textOf(codec['title']), provider }),
      })
    case 'source-document': {
      const { sourceId, mediaType, title, filename } = codec
      const named = {
        id: stringOf(sourceId),
        mediaType: stringOf(mediaType),
        title: textOf(title) ?? textOf(filename) ?? 'document',
      }
      return framed({ type: 'source', ...named, ...given({ filename: textOf(filename), provider }) })
    }
    case 'file':
    case 'reasoning-file':
      return framed({
        type: 'file',
        mediaType: stringOf(codec['mediaType']),
        url: stringOf(data),
        ...(kind === 'reasoning-file' && { reasoning: true }),
        ...given({ filename: textOf(codec['filename']), alt: textOf(codec['alt']), provider }),
      })
    case 'start-step':
      return framed({ type: 'step' })
    case 'start':
    case 'finish':
    case 'message-metadata': {
      const metadata = textOf(codec['messageMetadata'])
      return metadata === undefined ? undefined : framed({ type: 'meta' }, metadata, end)
    }
    default: {
      const name = /^data-(.+)$/s.exec(kind)?.[1]
      // Their clients do not keep it either.
      if (name === undefined || codec['transient'] === 'true') return undefined
      return framed({ type: 'data', name, ...given({ id: textOf(codec['id']) }) }, jsonOf(data), end)
    }
  }
}

const end = frameHead({ type: 'end' })

function framed(head: Head, body = '', closing = '', before = ''): PartFrames {
  return { opening: before + frameHead(head), body: escapeBody(body), closing }
}

function callIn(codec: JsonObject): Head {
  return {
    type: 'tool',
    id: stringOf(codec['toolCallId']),
    name: stringOf(codec['toolName']),
    ...(codec['dynamic'] === 'true' && { dynamic: true }),
    ...(codec['providerExecuted'] !== undefined && { providerExecuted: codec['providerExecuted'] === 'true' }),
    ...given({ title: textOf(codec['title']), provider: metadataOf(codec, 'providerMetadata') }),
  }
}

function withMs({ ms }: JsonObject): { readonly ms?: number } {
  const milliseconds = textOf(ms)
  return milliseconds === undefined || !/^\d{1,12}$/.test(milliseconds) ? {} : { ms: Number(milliseconds) }
}

function errorIn(data: unknown): string {
  return stringOf(isObject(data) ? data['errorText'] : data)
}

function metadataOf(codec: JsonObject, name: string): ProviderMetadata | undefined {
  return objectIn(codec[name]) as ProviderMetadata | undefined // Opaque: the provider's own shape.
}

/** An object in JSON. */
function objectIn(json: unknown): JsonObject | undefined {
  const text = textOf(json)
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** JSON, which has no control characters; empty for what JSON has no word for. */
function jsonOf(value: unknown): string {
  return JSON.stringify(value) ?? ''
}

function stringOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Without the fields that are not given. */
function given<Fields extends object>(fields: Fields): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Fields]?: Exclude<Fields[Name], undefined>
  }
}
