import type { Headers } from '@streamfold/core'
import type { Draft } from '@streamfold/core/transport'

/** A message as the Ably client delivers it: the input of `normalise`. */
export interface RawMessage {
  readonly serial: string
  readonly action: 'message.create' | 'message.update' | 'message.append' | 'message.delete'
  readonly name?: string
  readonly data?: string
  readonly id?: string
  readonly clientId: string
  readonly timestamp: number
  readonly version: {
    readonly serial: string
    readonly timestamp: number
    /** The client that made this version; undefined if it is the message's author. */
    readonly clientId?: string
    readonly metadata?: Metadata
  }
  readonly extras: { readonly headers: Headers }
}

/** What the author says of one version. `phase: 'done'` ends a response in the plain pattern. */
export type Metadata = Readonly<Record<string, string>>

/** One mutation in the channel's stream, with what it made of the message. */
export interface StreamEntry {
  readonly action: RawMessage['action']
  /** The increment, for an append; the full text otherwise. */
  readonly data: string
  /** The full message after this mutation, as history would show it. */
  readonly full: RawMessage
}

/** The service's state of a channel, version by version. */
export interface ServerModel {
  /** Every mutation in order. */
  readonly stream: readonly StreamEntry[]
  /** Serials in the order of creation. */
  readonly serials: readonly string[]
  create(text: string, headers: Headers, options?: { id?: string; name?: string; clientId?: string }): string
  append(serial: string, text: string, headers?: Headers, metadata?: Metadata): void
  /** @param by the client that does it, if it is not the message's author @param name Default: the name that the message has */
  update(serial: string, text: string, headers?: Headers, metadata?: Metadata, by?: string, name?: string): void
  /** @param by as for `update` */
  delete(serial: string, by?: string): void
  /** The create, the updates and the deletes of a message, oldest first, without its appends. */
  versions(serial: string): readonly RawMessage[]
  latest(serial: string): RawMessage | undefined
  /** The text of a version; undefined if the server never had that version. */
  textAt(serial: string, version: string): string | undefined
}

/** What the writer of an operation says, as the service keeps it. */
export function metadataOf({ metadata }: Pick<Draft, 'metadata'>): Metadata | undefined {
  return metadata && { len: String(metadata.len) }
}

export interface ServerModelOptions {
  /** The service's time, in milliseconds, rounded down. Each version is at least one later than the one before. Default: all are one apart. */
  readonly now?: () => number
  /** Called after each mutation. */
  readonly changed?: () => void
}

export function createServerModel({ now = () => 0, changed }: ServerModelOptions = {}): ServerModel {
  const stream: StreamEntry[] = []
  const latest = new Map<string, RawMessage>()
  const texts = new Map<string, string>()
  let clock = 1_700_000_000_000

  function next(): string {
    // A part of a millisecond would make the serial longer, and so later than all that follow.
    clock = Math.max(clock + 1, Math.floor(now()))
    return `${String(clock).padStart(14, '0')}-000@simulated:000`
  }

  function mutate(
    serial: string,
    action: StreamEntry['action'],
    data: string,
    text: string,
    headers?: Headers,
    metadata?: Metadata,
    by?: string,
    name?: string,
  ): void {
    const known = latest.get(serial)
    if (!known) return
    const version = {
      serial: next(),
      timestamp: clock,
      ...(by !== undefined && { clientId: by }),
      ...(metadata && { metadata }),
    }
    const shown = action === 'message.delete' ? 'message.delete' : 'message.update'
    const named = name === undefined ? {} : { name }
    const extras = headers ? { headers } : known.extras
    record(action, data, { ...known, ...named, action: shown, data: text, version, extras })
  }

  function record(action: StreamEntry['action'], data: string, full: RawMessage): void {
    latest.set(full.serial, full)
    texts.set(`${full.serial} ${full.version.serial}`, full.action === 'message.delete' ? '' : (full.data ?? ''))
    stream.push({ action, data, full })
    changed?.()
  }

  return {
    stream,
    get serials() {
      return [...latest.keys()]
    },
    create(text, headers, { id, name = 'response', clientId = 'agent' } = {}) {
      const serial = next()
      const version = { serial, timestamp: clock }
      record('message.create', text, {
        serial,
        action: 'message.create',
        name,
        data: text,
        ...(id !== undefined && { id }),
        clientId,
        timestamp: clock,
        version,
        extras: { headers },
      })
      return serial
    },
    append(serial, text, headers, metadata) {
      mutate(serial, 'message.append', text, (latest.get(serial)?.data ?? '') + text, headers, metadata)
    },
    update(serial, text, headers, metadata, by, name) {
      mutate(serial, 'message.update', text, text, headers, metadata, by, name)
    },
    delete(serial, by) {
      // P7: a delete is soft, and the server keeps the data.
      const text = latest.get(serial)?.data ?? ''
      mutate(serial, 'message.delete', text, text, undefined, undefined, by)
    },
    versions: (serial) =>
      stream.filter(({ action, full }) => full.serial === serial && action !== 'message.append').map(({ full }) => full),
    latest: (serial) => latest.get(serial),
    textAt: (serial, version) => texts.get(`${serial} ${version}`),
  }
}
