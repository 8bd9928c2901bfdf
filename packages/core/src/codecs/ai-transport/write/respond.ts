import { setNewest } from '../../../shared/bounded-map.ts'
import type { Outbound, ResponseWire } from '../../../protocol/codec.ts'
import type { Headers } from '../../../protocol/message-types.ts'
import type { Draft, ResponseWriter } from '../../../protocol/response-writer.ts'
import { theirNames } from '../names.ts'
import { createOrderedSends } from './ordered-sends.ts'
import { carryNothing } from './carried-parts.ts'
import type { PartsRun } from './part-messages.ts'
import type { WrittenParts } from './written-parts.ts'
import { createWrittenParts } from './written-parts.ts'

/**
 * A response while it is written: for AI Transport's clients it is a run. `transport` are the headers that name the run and its prompt.
 * `nonce` is part of the ids of its marks and parts: without it a user could publish under these ids first.
 */
interface Run extends PartsRun {
  texts: number
  /** The run's last message; the run ends with it. */
  last: string | undefined
  /** Undefined for a run that another writer has begun. `suspended`: it waits for a person. */
  ended: boolean | 'suspended' | undefined
  /** How often it has ended. */
  ends: number
}

/** A message of a run: for AI Transport's clients a text of its own. */
interface Text {
  readonly run: Run
  readonly stream: string
  /** Its data so far, while that is only text; undefined for a message that another writer has begun. */
  plain: string | undefined
  /** Whether the run has parts that another writer has written. */
  hasOthers: boolean
  parts: WrittenParts | undefined
  /** The headers that it has. */
  headers: string
  /** A repair that waits for the answers to what was sent before it. */
  repairing: Promise<unknown> | undefined
}

/** Messages that a writer remembers, so that it can repair them after their end. */
const REMEMBERED = 1_000

const reasons: Readonly<Record<string, string>> = { complete: 'complete', cancelled: 'cancelled', failed: 'error' }

/** Writes responses as runs of @ably/ai-transport 0.8. Each message has the response's headers beside AI Transport's. */
export function respond(wire: ResponseWire): Pick<ResponseWriter, 'create' | 'append' | 'update'> {
  const texts = new Map<string, Text>()

  function remember(serial: string, text: Text): Text {
    setNewest(texts, serial, text, REMEMBERED)
    return text
  }

  /** A message that another writer has begun. */
  async function adopt(serial: string): Promise<Text> {
    const { 'run-id': id = serial, 'stream-id': stream = 'text', parts, ...headers } = (await wire.read(serial))?.headers ?? {}
    const transport = Object.fromEntries(Object.entries(headers).filter(([name]) => carried.has(name)))
    const run = {
      id,
      transport: { ...transport, 'run-id': id },
      nonce: wire.randomId(),
      texts: 1,
      last: serial,
      ended: undefined,
      ends: 0,
      parts: 0,
      carried: carryNothing(),
      sends: createOrderedSends(),
    }
    return remember(serial, { ...begunText(run, stream, undefined), hasOthers: parts !== undefined })
  }

  /** Ends the run with its last message, or suspends it, once. */
  async function endOf(run: Run, serial: string, { headers }: Draft): Promise<void> {
    const isWaiting = headers['status'] === 'waiting'
    const reason = reasons[headers['status'] ?? '']
    const { ended } = run
    if (ended === true || (isWaiting && ended === 'suspended') || run.last !== serial) return
    if (reason === undefined && !isWaiting) return
    const error = reason === 'error' && { 'error-code': '104000', 'error-message': headers['error'] ?? 'the agent failed' }
    run.ended = isWaiting ? 'suspended' : true
    const id = `${run.id}-end-${run.nonce}${run.ends === 0 ? '' : `-${run.ends}`}`
    try {
      const why = reason === undefined ? {} : { 'run-reason': reason, ...error }
      await wire.publish(mark(isWaiting ? 'ai-run-suspend' : 'ai-run-end', { ...run.transport, ...why }, id))
      run.ends++
    } catch (failure) {
      run.ended = ended
      throw failure
    }
  }

  /** The parts of a response, from its first frame on. */
  function partsOf(text: Text, serial: string, { headers }: Draft): WrittenParts | undefined {
    if (headers['format'] === undefined && !text.hasOthers) return text.parts
    return (text.parts ??= createWrittenParts(wire, text.run, `parts-${text.stream}`, serial, text.plain ?? ''))
  }

  /** The status for which a text's parts are written: a text that goes on in another one leaves them open. */
  function statusFor({ run }: Text, serial: string, { headers: { status = 'streaming' } }: Draft): string | undefined {
    return status !== 'streaming' && run.last !== serial ? undefined : status
  }

  async function appendParts(text: Text, parts: WrittenParts, serial: string, draft: Draft): Promise<{ readonly version: null }> {
    if (text.repairing) await text.repairing
    const { operations, text: more, ends } = parts.grow(draft.text, statusFor(text, serial, draft))
    const headers = JSON.stringify(draft.headers)
    const isHeartbeat = draft.text === ''
    const all = [...operations]
    if (more !== '' || ends || isHeartbeat || headers !== text.headers) {
      // Made now: before it is sent, the next increment may end the text, and clients drop what comes behind its end.
      const appended = message(text, { ...draft, text: more })
      all.push(parts.after(() => wire.append(serial, appended)))
    }
    text.headers = headers
    await Promise.all([...all, parts.after(() => endOf(text.run, serial, draft))])
    // The text of this version is not the response's: only the channel can say what it holds.
    return { version: null }
  }

  async function updateParts(text: Text, parts: WrittenParts, serial: string, draft: Draft): Promise<{ readonly version: null }> {
    const before = text.repairing
    text.repairing = Promise.all([before, parts.settled()])
    await text.repairing
    const again = isAgain(text.run, draft)
    const isFramed = draft.headers['format'] !== undefined
    const { operations, isAgain: isNew } = parts.replace(draft.text, isFramed, statusFor(text, serial, draft), text.hasOthers)
    text.hasOthers = false
    text.headers = JSON.stringify(draft.headers)
    const updated = message(text, { ...draft, text: parts.text })
    await Promise.all([
      ...operations,
      parts.after(() => wire.update(serial, updated)),
      again && parts.after(() => wire.publish(mark('ai-run-resume', text.run.transport))),
      // The end of a run must be its last mark.
      isNew && parts.after(async () => void (text.run.ended = false)),
      parts.after(() => endOf(text.run, serial, draft)),
    ])
    return { version: null }
  }

  /** The message alone, as it is when all is written: nothing else says yet that the response is written again. */
  function claimOf(text: Text, serial: string, draft: Draft): Outbound {
    if (draft.headers['format'] === undefined && !text.hasOthers && !text.parts) return message(text, draft)
    const run = { ...text.run, carried: carryNothing(), sends: createOrderedSends() }
    const parts = createWrittenParts(nowhere, run, '', serial, '')
    parts.replace(draft.text, draft.headers['format'] !== undefined, statusFor(text, serial, draft), true)
    return message({ ...text, parts }, { ...draft, text: parts.text })
  }

  /** Whether an ended run, or one that another writer left, is written again. */
  function isAgain(run: Run, { headers }: Draft): boolean {
    const again = run.ended !== false && headers['status'] === 'streaming'
    if (again) run.ended = false
    return again
  }

  return {
    async create(draft) {
      const { id, headers, mayContinue } = draft
      const before = texts.get(headers['continues'] ?? '')
      await before?.repairing
      const run = before?.run ?? (await begin(wire, draft))
      const isFramed = headers['format'] !== undefined
      const plain = isFramed ? '' : draft.text
      const text = begunText(run, `text-${++run.texts}`, plain)
      const created = { ...message(text, { ...draft, text: plain }), ...(id !== undefined && { id }) }
      const publish = () => wire.publish(created)
      // Behind the parts of the message before it, which clients show in the order of the channel.
      const serial = await (before?.parts ? before.parts.after(publish) : publish())
      // A run without text from its agent would never end.
      if (mayContinue && !(await mayContinue(serial))) return { serial }
      // Published after the first text, whose serial identifies the response.
      if (run.texts === 1) await wire.publish(mark('ai-run-start', run.transport, `${run.id}-start-${run.nonce}`))
      run.last = serial
      remember(serial, text)
      const parts = partsOf(text, serial, draft)
      if (parts && draft.text !== '') await appendParts(text, parts, serial, draft)
      else await endOf(run, serial, draft)
      return { serial }
    },
    async append(serial, draft) {
      const text = texts.get(serial) ?? (await adopt(serial))
      const parts = partsOf(text, serial, draft)
      if (parts) return appendParts(text, parts, serial, draft)
      if (text.plain !== undefined) text.plain += draft.text
      const [appended] = await Promise.all([wire.append(serial, message(text, draft)), endOf(text.run, serial, draft)])
      return appended
    },
    async update(serial, draft) {
      const { mayContinue } = draft
      const text = texts.get(serial) ?? (await adopt(serial))
      const claim = mayContinue && (await wire.update(serial, claimOf(text, serial, draft)))
      if (mayContinue && !(await mayContinue(serial))) {
        // The other author has changed what is known of it.
        texts.delete(serial)
        return { version: null }
      }
      const parts = partsOf(text, serial, draft)
      if (parts) return updateParts(text, parts, serial, draft)
      text.plain = draft.text
      const again = isAgain(text.run, draft)
      const updating = claim ?? wire.update(serial, message(text, draft))
      const resuming = again && wire.publish(mark('ai-run-resume', text.run.transport))
      const [updated] = await Promise.all([updating, resuming, endOf(text.run, serial, draft)])
      return updated
    },
  }
}

/** A wire that sends nothing. */
const nowhere: ResponseWire = {
  publish: async () => '',
  append: async () => ({ version: null }),
  update: async () => ({ version: null }),
  read: async () => undefined,
  randomId: () => '',
}

function begunText(run: Run, stream: string, plain: string | undefined): Text {
  return { run, stream, plain, hasOthers: false, parts: undefined, headers: '', repairing: undefined }
}

/** Headers that every message of a run has. */
const carried = new Set('run-client-id invocation-id parent msg-regenerate input-client-id input-codec-message-id'.split(' '))

async function begin(wire: ResponseWire, { id = wire.randomId(), headers }: Draft & { readonly id?: string }): Promise<Run> {
  const asked = headers['reply-to'] === undefined ? undefined : await wire.read(headers['reply-to'])
  const owner = asked?.clientId ?? ''
  const { 'codec-message-id': input, again, parent, 'msg-regenerate': replaced } = asked?.headers ?? {}
  const transport = {
    'run-id': id,
    'invocation-id': id,
    'run-client-id': owner,
    'input-client-id': owner,
    ...(input !== undefined && { parent: input, 'input-codec-message-id': input }),
    // A request is no message of their clients: the response is where the one is that it replaces.
    ...(again !== undefined && parent !== undefined && { parent }),
    ...(again !== undefined && replaced !== undefined && { 'msg-regenerate': replaced }),
  }
  return {
    id,
    transport,
    nonce: wire.randomId(),
    texts: 0,
    last: undefined,
    ended: false,
    ends: 0,
    parts: 0,
    carried: carryNothing(),
    sends: createOrderedSends(),
  }
}

function message({ run, stream, parts }: Text, { text, headers }: Draft): Outbound {
  const { status: declared = 'streaming' } = headers
  const isOpen = declared === 'streaming' || declared === 'waiting'
  const status = isOpen ? (parts?.hasEnded ? 'complete' : 'streaming') : declared
  const transport = {
    ...run.transport,
    role: 'assistant',
    'codec-message-id': run.id,
    stream: 'true',
    // A text has no status for failure in this format; the run has it.
    status: status === 'failed' ? 'cancelled' : status,
    'stream-id': stream,
    // For a writer that takes over.
    ...(parts && { parts: 'true' }),
  }
  const own = Object.entries(headers).filter(([name]) => !theirNames.has(name) && name !== 'format')
  const ai = { transport, codec: { kind: 'text', id: stream } }
  return { name: 'ai-output', data: text, extras: { headers: Object.fromEntries(own), ai } }
}

function mark(name: string, transport: Headers, id?: string): Outbound {
  return { ...(id !== undefined && { id }), name, extras: { ai: { transport } } }
}
