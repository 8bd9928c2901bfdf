import type { Headers } from '@streamfold/core'
import type { Draft, ResponseWriter } from '@streamfold/core/transport'
import type { FakeClock } from './fake-clock.ts'
import type { ServerModel } from './server-model.ts'
import { createServerModel, metadataOf } from './server-model.ts'

/** What happens to one operation of a writer. */
export interface Fate {
  /**
   * `accepted`; `refused`: without effect; `applied`: with effect, but the answer is an error (a lost ACK); `folded`: refused,
   * yet a later append carries it along, unless an update comes first.
   */
  readonly verdict: 'accepted' | 'refused' | 'applied' | 'folded'
  /** Milliseconds until the answer. */
  readonly delay: number
  /** Of the error. Default 50000. */
  readonly code?: number
}

/**
 * A time without a connection, from `at` for `lasts` milliseconds. It ends `resumed`: lost answers are given again; `replaced`: what was
 * not answered is sent once more, and an append sent twice is answered with an error, as nobody knows whether it was stored twice; `suspended`: all that was not answered is rejected when it
 * ends; `never`: no connection comes back.
 */
export interface Outage {
  readonly at: number
  readonly lasts: number
  readonly ends: 'resumed' | 'replaced' | 'suspended' | 'never'
}

interface Operation {
  readonly kind: 'create' | 'append' | 'update'
  readonly nth: number
  /** Stores its effect; twice when it is sent twice. */
  readonly apply: () => void
  /** Keeps its text for a later append to carry along. */
  readonly fold: () => void
  /** Applies its fate. */
  perform: () => void
  answer: Error | undefined
  readonly settle: (error: Error | undefined) => void
}

/** A writer to a simulated channel, and what the channel then holds. */
export interface FaultyWriter extends ResponseWriter {
  /** What the service holds. */
  readonly model: ServerModel
  readonly stored: ReadonlyMap<string, { readonly text: string; readonly headers: Headers }>
  /** The text and headers of the first message. */
  readonly first: () => { readonly text: string; readonly headers: Headers } | undefined
  /** Operations as they came in: `create`, `append <text>`, `update <text>`. */
  readonly log: readonly string[]
  readonly inFlight: () => number
  readonly mostInFlight: () => number
}

export interface FaultyWriterOptions {
  /** Answers and outages happen by it. */
  readonly clock: Pick<FakeClock, 'after'>
  /** The fate of the n-th operation of a kind, counted from 0. Default: all are accepted, after 5 milliseconds. */
  readonly fate?: (operation: 'create' | 'append' | 'update', nth: number) => Fate
  /** Bytes of a message at most. Default 65 536. */
  readonly maxMessageSize?: number
  /** Default: the connection lasts. */
  readonly outages?: readonly Outage[]
  /** The channel, where others write to it, too. Default: one of its own. */
  readonly model?: ServerModel
  /** Serials by message id (P6), where others publish to the channel, too. */
  readonly ids?: Map<string, string>
}

/**
 * The write side of a service at its worst: rejections, delays, lost acknowledgements, operations that are sent twice after an outage, and
 * rejected appends that a later append carries along. Operations take effect in the order of the calls and are answered when their
 * fates say.
 */
export function createFaultyWriter({
  clock,
  fate = () => accepted,
  maxMessageSize = 65_536,
  outages = [],
  model = createServerModel(),
  ids = new Map(),
}: FaultyWriterOptions): FaultyWriter {
  const folded = new Map<string, string>()
  const log: string[] = []
  const counts = { create: 0, append: 0, update: 0 }
  /** Sent and not answered, in order. */
  const sent = new Set<Operation>()
  const queue: Operation[] = []
  let connected = true
  let suspended = false
  let operations = 0
  let answeredTo = 0
  let inFlight = 0
  let most = 0

  for (const { at, lasts, ends } of outages) {
    clock.after(at, () => void (connected = false))
    clock.after(at + lasts, () => {
      if (ends === 'never' || ends === 'suspended') failAll()
      if (ends !== 'never') reconnect(ends === 'replaced')
    })
  }

  function failAll(): void {
    suspended = true
    for (const operation of [...sent, ...queue.splice(0)]) operation.settle(new Error('the connection is suspended'))
  }

  function reconnect(replaced: boolean): void {
    connected = true
    suspended = false
    for (const operation of sent) {
      // Answers come in order: what a later answer has confirmed is not sent again.
      const again = replaced && operation.nth > answeredTo
      if (again) operation.perform()
      operation.settle(again && operation.kind === 'append' ? new Error('in doubt') : operation.answer)
    }
    for (const operation of queue.splice(0)) send(operation)
  }

  function send(operation: Operation): void {
    const { verdict, delay, code = 50_000 } = fate(operation.kind, counts[operation.kind]++)
    operation.perform = () => {
      if (verdict === 'accepted' || verdict === 'applied') operation.apply()
      if (verdict === 'folded') operation.fold()
    }
    if (verdict !== 'accepted') operation.answer = Object.assign(new Error(`${verdict} by the simulated service`), { code })
    sent.add(operation)
    operation.perform()
    clock.after(delay, () => {
      if (!connected || !sent.has(operation)) return
      answeredTo = Math.max(answeredTo, operation.nth)
      operation.settle(operation.answer)
    })
  }

  function call<T>(kind: Operation['kind'], apply: () => T, fold = (): void => undefined): Promise<T> {
    most = Math.max(most, ++inFlight)
    return new Promise<T>((resolve, reject) => {
      let known: T
      const operation: Operation = {
        kind,
        nth: ++operations,
        apply: () => void (known = apply()),
        fold,
        perform: () => undefined,
        answer: undefined,
        settle(error) {
          sent.delete(operation)
          inFlight--
          if (error) reject(error)
          else resolve(known)
        },
      }
      if (suspended) clock.after(0, () => operation.settle(new Error('the connection is suspended')))
      else if (connected) send(operation)
      else queue.push(operation)
    })
  }

  const stored = (): Map<string, { text: string; headers: Headers }> =>
    new Map(
      model.serials.map((serial) => {
        const { data = '', extras } = model.latest(serial)!
        return [serial, { text: data, headers: extras.headers }]
      }),
    )

  return {
    model,
    log,
    maxMessageSize,
    get stored() {
      return stored()
    },
    first: () => stored().values().next().value,
    inFlight: () => inFlight,
    mostInFlight: () => most,
    create({ id, text, headers }) {
      log.push('create')
      return call('create', () => {
        const serial = (id === undefined ? undefined : ids.get(id)) ?? model.create(text, headers, id === undefined ? {} : { id })
        if (id !== undefined) ids.set(id, serial)
        return { serial }
      })
    },
    append(serial, { text, headers, ...draft }: Draft) {
      log.push(`append ${text}`)
      const apply = (): { version: null } => {
        model.append(serial, (folded.get(serial) ?? '') + text, headers, metadataOf(draft))
        folded.delete(serial)
        return { version: null }
      }
      return call('append', apply, () => void folded.set(serial, (folded.get(serial) ?? '') + text))
    },
    update(serial, { text, headers, ...draft }: Draft) {
      log.push(`update ${text}`)
      return call('update', () => {
        folded.delete(serial)
        model.update(serial, text, headers, metadataOf(draft))
        return { version: null }
      })
    },
  }
}

/** The fate of an operation without a fault. */
export const accepted: Fate = { verdict: 'accepted', delay: 5 }
