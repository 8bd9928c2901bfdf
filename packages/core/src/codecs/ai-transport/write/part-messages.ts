import type { Outbound, ResponseWire } from '../../../protocol/codec.ts'
import type { CarriedParts } from './carried-parts.ts'
import type { OrderedSends } from './ordered-sends.ts'
import type { CodecHeaders, PartData, PartOutlet, PartStream } from './part-outlet.ts'

/** What the messages of a response have in common. */
export interface PartsRun {
  readonly id: string
  readonly nonce: string
  readonly transport: Readonly<Record<string, string>>
  /** Parts so far, for the ids of messages. */
  parts: number
  readonly carried: CarriedParts
  readonly sends: OrderedSends
}

/** The messages of parts on the channel, and which of them the service may not hold as they should be. */
export interface PartMessages extends PartOutlet {
  /** Operations since the last call. */
  takeOperations(): readonly Promise<unknown>[]
  /** Resolves when the service has answered every operation so far. */
  settled(): Promise<void>
  /** Writes again what was refused. False if a message is missing: those behind it are then in the wrong place. */
  repair(): boolean
  /** Begins another attempt: clients drop what belongs to the one before. */
  startAgain(): void
  /** Runs an operation after those before it. */
  after<Result>(operation: () => Promise<Result>): Promise<Result>
}

interface PartMessage extends PartStream {
  codec: CodecHeaders
  data: PartData
  /** Undefined for a message that comes whole. */
  status: 'streaming' | 'complete' | 'cancelled' | undefined
  serial: Promise<string>
  /** The step and the serial of the attempt that it belongs to: another message may add to it. */
  readonly step: string
  attempt: string
}

/** @param first serial of the message that begins the response, which also identifies the first attempt */
export function createPartMessages(wire: ResponseWire, run: PartsRun, step: string, first: string): PartMessages {
  const { sends } = run
  let attempt: Promise<string> = Promise.resolve(first)
  let operations: Promise<unknown>[] = []
  const pending = new Set<Promise<unknown>>()
  const doubtful = new Set<PartMessage>()
  let isIncomplete = false

  function watch(operation: Promise<unknown>, onFailed: () => void): void {
    const watched = operation.catch((error: unknown) => {
      onFailed()
      throw error
    })
    operations.push(watched)
    pending.add(watched)
    void watched.catch(() => undefined).finally(() => pending.delete(watched)) // The caller gets the rejection.
  }

  function outbound({ codec, status, step: inStep, attempt: of }: PartMessage, data: PartData): Outbound {
    const id = codec['id'] ?? codec['toolCallId'] ?? ''
    const transport = {
      ...run.transport,
      role: 'assistant',
      'codec-message-id': run.id,
      'step-id': inStep,
      'step-start-serial': of,
      ...(status === undefined ? { stream: 'false' } : { stream: 'true', status, 'stream-id': id }),
    }
    return { name: 'ai-output', data, extras: { ai: { transport, codec } } }
  }

  /** A stream begins empty: clients of AI Transport do not read the data of its create. */
  function publish(codec: CodecHeaders, data: PartData, status: PartMessage['status']): PartMessage {
    const message: PartMessage = { codec, data, status, serial: attempt, step, attempt: '' }
    const id = `${run.id}-part-${++run.parts}-${run.nonce}`
    message.serial = sends.send(attempt, (serial) => {
      message.attempt = serial
      return wire.publish({ id, ...outbound({ ...message, codec, status }, data) })
    })
    watch(message.serial, () => (isIncomplete = true))
    return message
  }

  /** @param data an increment, or the full data */
  function change(message: PartMessage, operation: 'append' | 'update', data: PartData): void {
    const { codec, status } = message
    watch(
      sends.send(message.serial, (serial) => wire[operation](serial, outbound({ ...message, codec, status }, data))),
      () => doubtful.add(message),
    )
  }

  function append(message: PartMessage, added: string): void {
    message.data = `${message.data as string}${added}` // A stream is text.
    change(message, 'append', added)
  }

  return {
    publish: (codec, data) => void publish(codec, data, undefined),
    begin: (codec) => publish(codec, '', 'streaming'),
    append: (stream, added) => append(stream as PartMessage, added), // What `begin` returned, here and below.
    close(stream, status, codec = {}) {
      const message = stream as PartMessage
      message.status = status
      message.codec = { ...message.codec, ...codec }
      append(message, '')
    },
    replace(stream, data) {
      const message = stream as PartMessage
      message.data = data
      message.status = 'streaming'
      change(message, 'update', data)
    },
    takeOperations() {
      const taken = operations
      operations = []
      return taken
    },
    async settled() {
      while (pending.size > 0) await Promise.allSettled(pending)
    },
    repair() {
      if (isIncomplete) return false
      for (const message of doubtful) {
        doubtful.delete(message)
        change(message, 'update', message.data)
      }
      return true
    },
    startAgain() {
      const transport = { ...run.transport, 'step-id': step }
      attempt = sends.send(
        attempt.catch(() => first),
        () => wire.publish({ name: 'ai-step-start', extras: { ai: { transport } } }),
      )
      watch(attempt, () => (isIncomplete = true))
      doubtful.clear()
      isIncomplete = false
    },
    after: (operation) =>
      sends.send(
        attempt.catch(() => first),
        operation,
      ),
  }
}
