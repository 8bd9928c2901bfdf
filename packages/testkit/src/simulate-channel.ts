import type { AnswerDraft, Headers, Message } from '@streamfold/core'
import { answerMessage, inputHash } from '@streamfold/core/codec'
import type { ResponseWriter } from '@streamfold/core/transport'
import type { FakeClock } from './fake-clock.ts'
import { createFakeClock } from './fake-clock.ts'
import type { Reader, ReaderOptions } from './reader.ts'
import { createReader } from './reader.ts'
import type { ServerModel } from './server-model.ts'
import { createServerModel } from './server-model.ts'
import type { WriterFaults } from './simulated-writer.ts'
import { createSimulatedWriter } from './simulated-writer.ts'

/** A response on a simulated channel, written as an agent writes it. */
export interface SimulatedResponse {
  readonly serial: string
  append(text: string): SimulatedResponse
  update(text: string): SimulatedResponse
  end(status?: 'complete' | 'cancelled' | 'failed', error?: string): SimulatedResponse
  delete(): void
}

/** What a person answers. */
export interface SimulatedAnswer
  extends Pick<AnswerDraft, 'target' | 'call'>, Partial<Pick<AnswerDraft, 'kind' | 'saw' | 'text'>> {
  readonly clientId?: string
}

/** A deterministic Ably channel without I/O: mutations are delivered at once, unless a test drops them for a reader. */
export interface SimulatedChannel {
  /** The server's state, to compare with. */
  readonly server: ServerModel
  readonly clock: FakeClock
  /** A new reader: attaches, reads history, follows. */
  join(options?: ReaderOptions): Reader
  /** Publishes a user's prompt. @returns its serial */
  prompt(text: string, options?: { readonly clientId?: string; readonly id?: string }): string
  /** A person changes the text of a message, or takes it back. @param by its author by default */
  edit(serial: string, text: string, by?: string): void
  withdraw(serial: string, by?: string): void
  /**
   * A person answers a call of a response, whose frames a test gives to `respond`. The same person's second answer to what was asked is the first one (P6).
   * @param answer without `saw` it is about the input `{}` @returns its serial
   */
  answer(answer: SimulatedAnswer): string
  /** An agent begins a response. */
  respond(
    text?: string,
    options?: { readonly replyTo?: string; readonly clientId?: string; readonly headers?: Headers },
  ): SimulatedResponse
  /** The write side for `streamResponse`, with faults. */
  writer(faults?: WriterFaults): ResponseWriter
  /** Lets time pass for every reader. */
  advance(milliseconds: number): void
  /** The server's messages, as history returns them. */
  history(): readonly Pick<Message, 'id' | 'text'>[]
}

export function simulateChannel(): SimulatedChannel {
  const server = createServerModel()
  const clock = createFakeClock()
  const readers: Reader[] = []
  const answers = new Map<string, string>()

  function deliver(): void {
    for (const reader of readers) reader.deliver()
  }

  function respond(serial: string, headers: Headers): SimulatedResponse {
    const then = (change: () => void) => {
      change()
      deliver()
      return self
    }
    const self: SimulatedResponse = {
      serial,
      append: (text) => then(() => server.append(serial, text, headers)),
      update: (text) => then(() => server.update(serial, text, headers)),
      end: (status = 'complete', error) =>
        then(() => server.append(serial, '', { ...headers, status, ...(error !== undefined && { error }) })),
      delete: () => void then(() => server.delete(serial)),
    }
    return self
  }

  return {
    server,
    clock,
    join(options) {
      const reader = createReader(server, options)
      readers.push(reader)
      return reader
    },
    prompt(text, { clientId = 'user', id } = {}) {
      const serial = server.create(text, { role: 'user' }, { name: 'prompt', clientId, ...(id !== undefined && { id }) })
      deliver()
      return serial
    },
    edit(serial, text, by) {
      server.update(serial, text, undefined, undefined, by)
      deliver()
    },
    withdraw(serial, by) {
      server.delete(serial, by)
      deliver()
    },
    answer({ target, call, kind = 'approve', saw = inputHash({}), text = '{}', clientId = 'user' }) {
      const { id, name, extras } = answerMessage({ target, call, kind, saw, text }, clientId)
      const known = id === undefined ? undefined : answers.get(id)
      if (known !== undefined) return known
      const serial = server.create(text, extras['headers'] as Headers, { name, clientId, ...(id !== undefined && { id }) }) // As `answerMessage` makes them.
      if (id !== undefined) answers.set(id, serial)
      deliver()
      return serial
    },
    respond(text = '', { replyTo, clientId = 'agent', headers } = {}) {
      const all = { role: 'assistant', status: 'streaming', ...(replyTo !== undefined && { 'reply-to': replyTo }), ...headers }
      const serial = server.create(text, all, { clientId })
      deliver()
      return respond(serial, all)
    },
    writer: (faults) => createSimulatedWriter(server, deliver, faults),
    advance(milliseconds) {
      clock.advance(milliseconds)
      for (const reader of readers) reader.tick(milliseconds)
    },
    history: () => server.serials.map((serial) => ({ id: serial, text: server.latest(serial)?.data ?? '' })),
  }
}
