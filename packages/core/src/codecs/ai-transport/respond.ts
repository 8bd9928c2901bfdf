import { setNewest } from '../../shared/bounded-map.ts'
import type { Outbound, ResponseWire } from '../../protocol/codec.ts'
import type { Headers } from '../../protocol/message-types.ts'
import type { Draft, ResponseWriter } from '../../protocol/response-writer.ts'
import { theirNames } from './names.ts'

/** A response while it is written: for AI Transport's clients it is a run. */
interface Run {
  readonly id: string
  /** Headers that name the run and its prompt. */
  readonly transport: Headers
  /** Part of the ids of the run's marks. Without it the ids would follow from the run's id, and a user could publish under them first. */
  readonly nonce: string
  texts: number
  /** The run's last message; the run ends with it. */
  last: string | undefined
  /** Undefined for a run that another writer has begun. */
  ended: boolean | undefined
}

/** A message of a run: for AI Transport's clients a text of its own. */
interface Text {
  readonly run: Run
  readonly stream: string
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
    const { 'run-id': id = serial, 'stream-id': stream = 'text', ...headers } = (await wire.read(serial))?.headers ?? {}
    const transport = Object.fromEntries(Object.entries(headers).filter(([name]) => carried.has(name)))
    const run = {
      id,
      transport: { ...transport, 'run-id': id },
      nonce: wire.randomId(),
      texts: 1,
      last: serial,
      ended: undefined,
    }
    return remember(serial, { run, stream })
  }

  /** Ends the run with its last message, once. */
  async function endOf(run: Run, serial: string, { headers }: Draft): Promise<void> {
    const reason = reasons[headers['status'] ?? '']
    if (reason === undefined || run.ended === true || run.last !== serial) return
    const error = reason === 'error' && { 'error-code': '104000', 'error-message': headers['error'] ?? 'the agent failed' }
    run.ended = true
    try {
      await wire.publish(mark('ai-run-end', { ...run.transport, 'run-reason': reason, ...error }, `${run.id}-end-${run.nonce}`))
    } catch (failure) {
      run.ended = false
      throw failure
    }
  }

  return {
    async create(draft) {
      const { id, headers, mayContinue } = draft
      const run = texts.get(headers['continues'] ?? '')?.run ?? (await begin(wire, draft))
      const stream = `text-${++run.texts}`
      const serial = await wire.publish({ ...message({ run, stream }, draft), ...(id !== undefined && { id }) })
      // A run without text from its agent would never end.
      if (mayContinue && !(await mayContinue(serial))) return { serial }
      // Published after the first text, whose serial identifies the response.
      if (run.texts === 1) await wire.publish(mark('ai-run-start', run.transport, `${run.id}-start-${run.nonce}`))
      run.last = serial
      remember(serial, { run, stream })
      await endOf(run, serial, draft)
      return { serial }
    },
    async append(serial, draft) {
      const text = texts.get(serial) ?? (await adopt(serial))
      const [appended] = await Promise.all([wire.append(serial, message(text, draft)), endOf(text.run, serial, draft)])
      return appended
    },
    async update(serial, draft) {
      const text = texts.get(serial) ?? (await adopt(serial))
      const { run } = text
      // An ended run, or one that another writer left, is written again.
      const again = run.ended !== false && draft.headers['status'] === 'streaming'
      if (again) run.ended = false
      const updating = wire.update(serial, message(text, draft))
      const resuming = again && wire.publish(mark('ai-run-resume', run.transport))
      const [updated] = await Promise.all([updating, resuming, endOf(run, serial, draft)])
      return updated
    },
  }
}

/** Headers that every message of a run has. */
const carried = new Set('run-client-id invocation-id parent input-client-id input-codec-message-id'.split(' '))

async function begin(wire: ResponseWire, { id = wire.randomId(), headers }: Draft & { readonly id?: string }): Promise<Run> {
  const asked = headers['reply-to'] === undefined ? undefined : await wire.read(headers['reply-to'])
  const owner = asked?.clientId ?? ''
  const input = asked?.headers['codec-message-id']
  const transport = {
    'run-id': id,
    'invocation-id': id,
    'run-client-id': owner,
    'input-client-id': owner,
    ...(input !== undefined && { parent: input, 'input-codec-message-id': input }),
  }
  return { id, transport, nonce: wire.randomId(), texts: 0, last: undefined, ended: false }
}

function message({ run, stream }: Text, { text, headers }: Draft): Outbound {
  const { status = 'streaming' } = headers
  const transport = {
    ...run.transport,
    role: 'assistant',
    'codec-message-id': run.id,
    stream: 'true',
    // A text has no status for failure in this format; the run has it.
    status: status === 'failed' ? 'cancelled' : status,
    'stream-id': stream,
  }
  const own = Object.entries(headers).filter(([name]) => !theirNames.has(name))
  const ai = { transport, codec: { kind: 'text', id: stream } }
  return { name: 'ai-output', data: text, extras: { headers: Object.fromEntries(own), ai } }
}

function mark(name: string, transport: Headers, id?: string): Outbound {
  return { ...(id !== undefined && { id }), name, extras: { ai: { transport } } }
}
