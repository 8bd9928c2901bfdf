import type { Codec } from '@streamfold/core/codec'
import type { Realtime } from 'ably'

/** Where a reader reads. */
export interface Place {
  readonly client: Realtime
  readonly name: string
  /** The format of the channel; undefined for Streamfold's own. */
  readonly codec: Codec | undefined
}

/** What a reader shows of the run: the same words for all of them. */
export interface Shown {
  /** A line for the prompt, and one for each part of the response. */
  readonly lines: readonly string[]
  readonly standing: 'streaming' | 'waiting' | 'ended'
}

/** A page of somebody who follows the conversation. */
interface Page {
  shown(): Shown | Promise<Shown>
  close(): void | Promise<void>
}

/** One way to read a channel. */
export interface Reader {
  readonly name: string
  /** Which formats it reads; absent for both. */
  readonly only?: 'ai-transport'
  /** Where it has the sources; absent for: among the parts. */
  readonly sources?: 'apart'
  /** Whether it keeps what it showed when continuity was lost, until it is reloaded; absent for: it recovers by itself. */
  readonly needsReload?: true
  open(place: Place): Page | Promise<Page>
}

/** A call with its input, and what came of it. */
export function callLine(name: string, input: unknown, came: unknown): string {
  return `call ${name} ${JSON.stringify(input)}${came === undefined ? '' : ` → ${typeof came === 'string' ? came : JSON.stringify(came)}`}`
}

/** A part in the shape of the AI SDK, which Streamfold has as well: of what shows nothing, nothing. */
export function partLine(part: { readonly type: string }): string | undefined {
  const { type, text, input, output, state, url } = part as { readonly type: string } & Readonly<Record<string, unknown>>
  if (type === 'text' || type === 'reasoning') return text === '' ? undefined : `${type} ${String(text)}`
  if (type.startsWith('tool-'))
    return callLine(type.slice('tool-'.length), input, state === 'output-available' ? output : undefined)
  if (type === 'source-url') return `source ${String(url)}`
  return undefined
}

/** The lines of messages in the shape of the AI SDK. */
export function linesOf(
  messages: readonly { readonly role: string; readonly parts: readonly { readonly type: string }[] }[],
): string[] {
  return messages.flatMap(({ role, parts }) =>
    role === 'user'
      ? parts.map((part) => `${role} ${'text' in part ? String(part.text) : part.type}`)
      : parts.map(partLine).filter((line) => line !== undefined),
  )
}

/** Whether a call of the messages waits for a person. */
export function asks(messages: readonly { readonly parts: readonly object[] }[]): boolean {
  return messages.some(({ parts }) => parts.some((part) => 'state' in part && part.state === 'approval-requested'))
}
