import type { Conversation, ConversationEvent } from '@streamfold/core'
import { joinedBlocks } from '../src/expected-messages.ts'
import { emptyConversation, fromJSON, normalise, reduce, selectMessages, toJSON } from '@streamfold/core'
import { aiTransport } from '@streamfold/core/ai-transport'
import { replay } from '@streamfold/core/log'
import type { Command, RawMessage, ServerModel, Session, Subscriber } from '@streamfold/testkit'
import { createServerModel, createSubscriber, happen, sessions } from '@streamfold/testkit'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'

const numRuns = Number(process.env['LAW_RUNS'] ?? 1_000)
const seed = process.env['LAW_SEED'] === undefined ? {} : { seed: Number(process.env['LAW_SEED']) }
const timeout = 30_000 + 20 * numRuns

/** AI Transport's messages are made from the headers in the server model. */
function toTheirs({ extras: { headers }, ...raw }: RawMessage): unknown {
  const { kind, ...transport } = headers
  return { ...raw, extras: { ai: { transport, codec: { kind } } } }
}

const options = { agent: 'agent', codec: aiTransport }
const wire = {
  read: (raw: RawMessage, source?: 'history' | 'local') => normalise(toTheirs(raw), { ...options, ...(source && { source }) }),
}

interface Run {
  readonly id: string
  /** Serials of its texts, in order; more than one when it was suspended in between. */
  readonly texts: string[]
  end: string | undefined
}

/** The session as agents of AI Transport would write it: each message is a run of one or more texts, and its end a separate message. */
function theirSession({ commands }: Session): { server: ServerModel; runs: Run[]; subscribers: Subscriber[] } {
  const server = createServerModel()
  const subscribers = [0, 1].map(() => createSubscriber(server, {}, wire))
  const runs: Run[] = []
  const mark = (name: string, run: Run, more = {}) => void server.create('', { 'run-id': run.id, ...more }, { name })
  const textOf = (run: Run, status: string) => ({ 'run-id': run.id, role: 'assistant', stream: 'true', status, kind: 'text' })

  function write(command: Command & { readonly of: number }): void {
    const run = runs[command.of % Math.max(1, runs.length)]
    const serial = run?.texts.at(-1)
    if (!run || serial === undefined) return
    switch (command.do) {
      case 'append':
        return server.append(serial, command.text, textOf(run, 'streaming'))
      case 'update':
        // A moderator keeps the extras, or leaves them out and they are carried over.
        return server.update(serial, command.text)
      case 'delete':
        return server.delete(serial)
      case 'finish':
        if (run.end !== undefined) return
        // A text of a run that failed never says that it ended; nor does any other part of it.
        if (command.status !== 'failed') server.append(serial, '', textOf(run, command.status))
        mark('ai-step-end', run)
        run.end = command.status
        return mark('ai-run-end', run, { 'run-reason': command.status === 'failed' ? 'error' : command.status })
    }
  }

  for (const command of commands) {
    // Of prompts and strangers only our own format is generated.
    if (command.do === 'ask' || command.do === 'unanswered') continue
    if ('to' in command) happen(command, server, subscribers[command.to % 2]!)
    else if (command.do === 'create') {
      const open = runs.at(-1)
      const run: Run =
        command.plain && open?.end === undefined && open ? open : { id: `run-${runs.length}`, texts: [], end: undefined }
      if (run !== open) {
        runs.push(run)
        mark('ai-run-start', run)
      } else mark('ai-run-suspend', run)
      if (run === open) mark('ai-run-resume', run)
      run.texts.push(server.create(command.text, textOf(run, 'streaming'), { name: 'ai-output' }))
    } else if ('of' in command) write(command)
  }
  return { server, runs, subscribers }
}

const textOf = (server: ServerModel, serial: string) => {
  const raw = server.latest(serial)
  return raw?.action === 'message.delete' ? '' : (raw?.data ?? '')
}

function truth(server: ServerModel, runs: readonly Run[]): readonly (readonly [string, string])[] {
  return runs.map(({ id, texts }) => [id, joinedBlocks(texts.map((serial) => [textOf(server, serial), false]))])
}

function statuses(server: ServerModel, { end, texts }: Run): readonly string[] {
  const gone = texts.some((serial) => server.latest(serial)?.action === 'message.delete')
  if (gone && texts.every((serial) => textOf(server, serial) === '')) return ['deleted']
  return end === undefined ? ['streaming', 'stalled', 'abandoned'] : [end]
}

const partIn = (state: Conversation, serial: string) => toJSON(state).records.find(({ id }) => id === serial)
const shown = (state: Conversation) => selectMessages(state).map(({ key, text }) => [key, text])

function eachSubscriber(
  session: Session,
  check: (subscriber: Subscriber, server: ServerModel, runs: readonly Run[]) => void,
): void {
  const { server, runs, subscribers } = theirSession(session)
  for (const subscriber of subscribers) {
    subscriber.recover()
    check(subscriber, server, runs)
  }
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)))
}

const full = (state: Conversation) =>
  JSON.stringify({ ...toJSON(state), open: state.context.open.toSorted(), behind: state.context.behind.toSorted() }, sortKeys)

const properties: Record<string, (session: Session) => void> = {
  'after recovery every reader shows each run as the server holds it'(session) {
    eachSubscriber(session, (subscriber, server, runs) => {
      expect(shown(subscriber.state())).toEqual(truth(server, runs))
      for (const [index, { status, continuity }] of selectMessages(subscriber.state()).entries()) {
        expect(statuses(server, runs[index]!)).toContain(status)
        if (runs[index]!.end !== undefined) expect(continuity).toBe('contiguous')
      }
    })
  },
  'a contiguous text is made of texts that the server held'(session) {
    eachSubscriber(session, ({ steps }, server) => {
      for (const { after } of steps) {
        for (const { id, version, continuity, placement, text } of toJSON(after).records) {
          if (continuity === 'contiguous' && placement?.mark === false) expect(text).toBe(server.textAt(id, version))
        }
      }
    })
  },
  'history alone, in any order of its messages, shows what was followed'(session) {
    const { server, runs } = theirSession(session)
    const events = server.serials.map((serial) => wire.read(server.latest(serial)!, 'history'))
    const fold = (all: readonly ConversationEvent[]) => all.reduce(reduce, emptyConversation())
    expect(shown(fold(events))).toEqual(truth(server, runs))
    const turned = fold(events.toReversed())
    expect(selectMessages(turned)).toEqual(selectMessages(fold(events)))
    expect(turned.context.open.toSorted()).toEqual(fold(events).context.open.toSorted())
  },
  'an append changes one message'(session) {
    eachSubscriber(session, ({ steps }) => {
      for (const { event, before, after } of steps) {
        if (event.type !== 'appended') continue
        const known = new Set(selectMessages(before))
        const fresh = selectMessages(after).filter((message) => !known.has(message))
        expect(fresh.length).toBeLessThanOrEqual(1)
      }
    })
  },
  'what was taken back is nowhere to be seen'(session) {
    eachSubscriber(session, ({ steps }) => {
      for (const { event, before, after } of steps) {
        if (event.type !== 'replaced' && event.type !== 'deleted') continue
        const old = partIn(before, event.serial)
        if (!old || event.version <= old.version) continue
        expect(partIn(after, event.serial)?.text).toBe(event.type === 'deleted' ? '' : event.text)
      }
    })
  },
  'replay and JSON give the live state'(session) {
    eachSubscriber(session, ({ steps }) => {
      const log = steps.map(({ event }) => event)
      const until = Math.floor(steps.length / 2)
      const start = emptyConversation()
      const live = until === 0 ? start : steps[until - 1]!.after
      expect(full(replay({ start, events: log }, { until }))).toBe(full(live))
      const thawed = fromJSON(JSON.parse(JSON.stringify(toJSON(live))))
      expect(full(thawed)).toBe(full(live))
      expect(selectMessages(thawed)).toEqual(selectMessages(live))
    })
  },
}

describe('the laws, of what AI Transport writes', () => {
  for (const [name, property] of Object.entries(properties)) {
    it(`${name} (${numRuns} sessions)`, { timeout }, () => {
      fc.assert(fc.property(sessions(), property), { numRuns, ...seed })
    })
  }

  it(`hostile input is ignored with a reason (${numRuns} inputs)`, { timeout }, () => {
    const words = `ai transport codec headers kind partType stream status role run-id step-id step-start-serial codec-message-id
      input-codec-message-id run-reason error-message __proto__ constructor part part-of`.split(/\s+/)
    const values = fc.constantFrom('true', 'text', 'user-message', 'streaming', 'error', 'mark', 'run', '')
    const { extras } = fc.letrec<{ extras: unknown }>((tie) => ({
      extras: fc.oneof(
        { maxDepth: 4 },
        values,
        fc.anything({ withNullPrototype: true }),
        fc.dictionary(fc.constantFrom(...words), tie('extras'), { maxKeys: 8 }),
      ),
    }))
    const names = ['ai-input', 'ai-output', 'ai-cancel', 'ai-run-start', 'ai-run-end', 'ai-step-start', 'ai-step-end', 'other']
    const nearly = fc.record(
      {
        serial: fc.oneof(fc.constantFrom('s', 't'), fc.jsonValue()),
        action: fc.oneof(fc.constantFrom('message.create', 'message.append', 'message.update', 'message.delete'), fc.jsonValue()),
        name: fc.oneof(fc.constantFrom(...names), fc.anything()),
        data: fc.oneof(fc.string(), fc.anything()),
        clientId: fc.oneof(fc.constantFrom('agent', 'ann'), fc.jsonValue()),
        version: fc.oneof(fc.record({ serial: fc.constantFrom('u', 'v') }), fc.jsonValue()),
        extras,
      },
      { requiredKeys: [] },
    )
    const inputs = fc.array(fc.oneof(nearly, nearly, fc.anything()), { maxLength: 6 })
    const property = (raws: readonly unknown[]) => {
      let state = emptyConversation()
      for (const source of ['live', 'history'] as const) {
        for (const raw of raws) {
          const event = normalise(raw, { ...options, source })
          if (event.type === 'ignored') expect(event.reason).not.toBe('')
          state = reduce(state, event)
          expect(selectMessages(state).every(({ text }) => typeof text === 'string')).toBe(true)
          expect(full(fromJSON(JSON.parse(JSON.stringify(toJSON(state)))))).toBe(full(state))
        }
      }
    }
    fc.assert(fc.property(inputs, property), { numRuns, ...seed })
  })
})
