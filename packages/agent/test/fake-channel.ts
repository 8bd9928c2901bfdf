import type { ConversationEvent, Headers, Permissions } from '@streamfold/core'
import { answerId, inputHash } from '@streamfold/core/codec'
import type { AgentChannel, Draft, OperationMetadata } from '@streamfold/core/transport'
import { emptyConversation, normalise, reduce, selectMessage } from '@streamfold/core'
import type { Clock } from '../src/clock.ts'
import { sleep } from '@streamfold/core/transport'

interface Raw {
  serial: string
  id: string | undefined
  name: string
  clientId: string
  data: string
  headers: Headers
  timestamp: number
  version: string
  at: number
  /** Of the operation that made the version. */
  metadata?: OperationMetadata | undefined
  deleted?: boolean
  /** Its create, updates and deletes as they were. */
  past: unknown[]
}

export interface FakeChannel {
  /** The channel as one more agent has it. @param echo whether it is sent what it writes itself. Default true */
  agent(options?: { readonly echo?: boolean; readonly permissions?: Permissions }): AgentChannel & {
    readonly announced: unknown[]
    readonly history: { failing: boolean; downTo: string | undefined; reads: number }
  }
  prompt(text: string, clientId?: string): string
  cancel(target: string, clientId?: string): void
  /** A person's answer to a call of a response. @param answer `saw` defaults to the input that the call has */
  answer(answer: { response: string; call: string; kind?: string; value?: unknown; saw?: string; clientId?: string }): string
  /** @param headers Default: those it has. */
  remove(serial: string, headers?: Headers): void
  /** Anything that a client publishes; with the id of an earlier message nothing, as at the service. @returns the serial under that id. */
  publish(message: { clientId: string; name?: string; text?: string; headers?: Headers; id?: string }): string
  /** Replaces the text and headers of a message. */
  rewrite(serial: string, text: string, headers: Headers): void
  /** Called before an agent creates a message, with its id. */
  onCreate: (id: string | undefined) => void
  /** All that was published so far is older than the channel's history. */
  expire(): void
  /** A response that some other agent left behind. */
  leave(response: { replyTo: string; text: string; status: string; headers?: Headers }): string
  /** A response of some other agent as it stands now: made, or written again. */
  writeAsOther(response: { replyTo: string; text: string; status: string }): void
  /** Delivers every message once more in its present version, as rewind does. */
  deliverAgain(): void
  readonly messages: readonly Raw[]
  responses(): readonly Raw[]
}

/** A channel in memory: one message per serial, every version delivered to everyone after 1 ms, answers after 2 ms. */
export function fakeChannel(clock: Clock): FakeChannel {
  const messages: Raw[] = []
  /** Each with the agent that is not sent what it writes itself. */
  const listeners = new Map<
    (event: ConversationEvent) => void,
    { silent: object | undefined; permissions: Permissions | undefined }
  >()
  let versions = 0
  const next = (): string => String(++versions).padStart(6, '0')

  function deliver(raw: Raw, action: string, data = raw.data, by?: object): void {
    const message = toMessage(raw, action, data)
    if (action !== 'message.append') raw.past.push(message)
    clock.after(1, () =>
      listeners.forEach(({ silent, permissions }, listener) => {
        if (by === undefined || by !== silent) listener(normalise(message, { agent: 'agent', permissions }))
      }),
    )
  }

  function publish(name: string, clientId: string, data: string, headers: Headers, id?: string, by?: object): Raw {
    const serial = next()
    const now = clock.now()
    const raw: Raw = { serial, id, name, clientId, data, headers, timestamp: now, version: serial, at: now, past: [] }
    messages.push(raw)
    deliver(raw, 'message.create', data, by)
    return raw
  }

  function change(serial: string, action: string, { text: data, headers, metadata }: Draft, by?: object): { version: string } {
    const raw = messages.find((message) => message.serial === serial)!
    Object.assign(raw, {
      data: action === 'message.append' ? raw.data + data : data,
      headers,
      metadata,
      version: next(),
      at: clock.now(),
    })
    deliver(raw, action, data, by)
    return { version: raw.version }
  }

  async function answered<T>(value: T): Promise<T> {
    await sleep(clock, 2)
    return value
  }

  const known = (id: string | undefined): Raw | undefined =>
    id === undefined ? undefined : messages.find((message) => message.id === id)

  const shared: FakeChannel = {
    messages,
    onCreate: () => undefined,
    responses: () => messages.filter(({ name, clientId }) => name === 'response' && clientId === 'agent'),
    prompt: (text, clientId = 'user') => publish('prompt', clientId, text, { role: 'user' }).serial,
    cancel: (target, clientId = 'user') => void publish('cancel', clientId, '', { target }),
    answer({ response, call, kind = 'approve', value = {}, saw = sawOf(messages, response, call), clientId = 'user' }) {
      const text = JSON.stringify(value)
      const id = answerId({ target: response, call, kind: 'approve', saw, text }, clientId, 0)
      const headers = { target: response, call, kind, saw }
      return (known(id) ?? publish('answer', clientId, text, headers, id)).serial
    },
    publish: ({ clientId, name = 'response', text = '', headers = {}, id }) =>
      (known(id) ?? publish(name, clientId, text, headers, id)).serial,
    rewrite: (serial, text, headers) => void change(serial, 'message.update', { text, headers }),
    deliverAgain: () => messages.forEach((raw) => deliver(raw, kindOf(raw))),
    expire: () => void messages.splice(0),
    remove(serial, headers) {
      const raw = messages.find((message) => message.serial === serial)!
      Object.assign(raw, { data: '', version: next(), deleted: true, ...(headers && { headers }) })
      deliver(raw, 'message.delete')
    },
    writeAsOther({ replyTo, text, status }) {
      const headers = { role: 'assistant', status, 'reply-to': replyTo }
      const known = messages.find((raw) => raw.name === 'response' && raw.headers['reply-to'] === replyTo)
      if (known) change(known.serial, 'message.update', { text, headers })
      else publish('response', 'agent', text, headers)
    },
    leave: ({ replyTo, text, status, headers }) =>
      publish('response', 'agent', text, { ...headers, role: 'assistant', status, 'reply-to': replyTo }).serial,
    agent({ echo = true, permissions } = {}) {
      const announced: unknown[] = []
      const self = {}
      const history: { failing: boolean; downTo: string | undefined; reads: number } = {
        failing: false,
        downTo: undefined,
        reads: 0,
      }
      return {
        name: 'ai:test',
        clientId: 'agent',
        permissions,
        announced,
        history,
        writer: {
          create(draft) {
            shared.onCreate(draft.id)
            return answered(known(draft.id) ?? publish('response', 'agent', draft.text, draft.headers, draft.id, self))
          },
          append: (serial, draft) => answered(change(serial, 'message.append', draft, self)),
          update: (serial, draft) => answered(change(serial, 'message.update', draft, self)),
        },
        async conversation(downTo) {
          history.downTo = downTo
          history.reads++
          // The messages when the request came in; the caller gets them later.
          const read = messages
            .map((raw) => normalise(toMessage(raw, kindOf(raw), raw.data), { agent: 'agent', source: 'history', permissions }))
            .reduce(reduce, emptyConversation())
          await answered(undefined)
          if (history.failing) throw new Error('history is out of reach')
          return read
        },
        async versions(serial) {
          const past = messages.find((message) => message.serial === serial)?.past ?? []
          await answered(undefined)
          if (history.failing) throw new Error('history is out of reach')
          return past.map((message) => normalise(message, { agent: 'agent', source: 'history' }))
        },
        async subscribe(listener) {
          listeners.set(listener, { silent: echo ? undefined : self, permissions })
          await answered(undefined)
          return () => void listeners.delete(listener)
        },
        async announce(work) {
          announced.push(work)
        },
      }
    },
  }
  return shared
}

/** The hash of the input of a call, as a page shows it. */
function sawOf(messages: readonly Raw[], response: string, call: string): string {
  const state = messages
    .map((raw) => normalise(toMessage(raw, kindOf(raw), raw.data), { agent: 'agent', source: 'history' }))
    .reduce(reduce, emptyConversation())
  const part = selectMessage(state, response)?.parts.find((each) => 'toolCallId' in each && each.toolCallId === call)
  return inputHash(part && 'input' in part ? part.input : undefined)
}

function kindOf({ deleted, serial, version }: Raw): string {
  return deleted ? 'message.delete' : version === serial ? 'message.create' : 'message.update'
}

function toMessage(raw: Raw, action: string, data: string): unknown {
  const { serial, id, name, clientId, headers, timestamp, at, metadata } = raw
  const version = { serial: raw.version, timestamp: at, ...(metadata && { metadata: { len: String(metadata.len) } }) }
  return { serial, id, name, clientId, data, action, timestamp, extras: { headers }, version }
}
