import type { Chunk } from '../source/chunk.ts'
import type { Source } from '../source/source.ts'
import { chunksOf } from '../source/source.ts'
import { UncertainError } from '../source/errors/uncertain-error.ts'
import type { ChunkQueue } from './chunk-queue.ts'
import { createChunkQueue } from './chunk-queue.ts'
import { modelWithSteps } from './model-with-steps.ts'
import type { Recorder } from './recorder.ts'
import type { StreamCheck } from './stream-check.ts'
import { checkSource } from './stream-check.ts'

/** The steps of `respond`: of a task. */
export interface Steps {
  /** As `Task.step`. */
  step<Value>(name: string, work: () => PromiseLike<Value> | Value): Promise<Value>
  /** As `Task.stream`. */
  stream(name: string, open: () => PromiseLike<Source> | Source): AsyncGenerator<Chunk, readonly Chunk[]>
  /** As `Task.run`. */
  run(callId: string): Promise<void>
  /** As `Task.execute`. */
  execute<Output>(callId: string, work: () => PromiseLike<Output> | Output): Promise<Output>
  /** As `execute`, for a tool that gives preliminary results. */
  results(callId: string, work: () => AsyncIterable<unknown>): AsyncGenerator<unknown, void>
  /** As `Task.model`. */
  model<Model extends object>(model: Model): Model
}

export interface StepsOptions {
  /** Undefined without a journal. */
  readonly recorder: Recorder | undefined
  /** Names this attempt among those of the run. */
  readonly attempt: string
  /** The name of the tool of a call, once the source has yielded it. */
  readonly toolOf: (callId: string) => Promise<string>
  readonly isIdempotent: (toolName: string) => boolean
  /** Says of a call that it is about to be executed, and finds out whether it may be. */
  readonly run: (callId: string) => Promise<void>
  /** Says of a call that it was executed by an earlier attempt. */
  readonly ran: (callId: string) => Promise<void>
}

export function createSteps(options: StepsOptions): Steps {
  const { recorder } = options
  return recorder ? recordedSteps(recorder, options) : plainSteps(options)
}

function plainSteps({ run }: StepsOptions): Steps {
  return {
    step: async (_name, work) => work(),
    async *stream(_name, open) {
      const all: Chunk[] = []
      for await (const chunk of chunksOf(await open()) as AsyncIterable<Chunk>) {
        all.push(chunk)
        yield chunk
      }
      return all
    },
    run,
    async execute(callId, work) {
      await run(callId)
      return work()
    },
    async *results(callId, work) {
      await run(callId)
      yield* work()
    },
    model: (model) => model,
  }
}

function recordedSteps(recorder: Recorder, { attempt, toolOf, isIdempotent, run, ran }: StepsOptions): Steps {
  /** The streams that are being recorded: what follows from them is done when the journal has them. */
  const open = new Set<Promise<unknown>>()
  let looking: Promise<unknown> = Promise.resolve()
  /** All calls so far are over; the last one that runs alone is over. */
  let all: Promise<unknown> = Promise.resolve()
  let alone: Promise<unknown> = Promise.resolve()

  async function* stream(
    name: string,
    source: () => PromiseLike<Source> | Source,
    check: () => StreamCheck = checkSource,
  ): AsyncGenerator<Chunk, readonly Chunk[]> {
    const queue = createChunkQueue<Chunk>()
    let isLive = false
    async function read(): Promise<readonly Chunk[]> {
      if (isLive) throw new Error(`unable to run the step ${name} again; readers have its text: begin another attempt`)
      const checked = check()
      const chunks: Chunk[] = []
      for await (const chunk of chunksOf(await source()) as AsyncIterable<Chunk>) {
        checked.read(chunk)
        isLive = true
        chunks.push(chunk)
        queue.push(chunk)
      }
      checked.end()
      return chunks
    }
    const recorded = recorder.record(name, read)
    open.add(recorded)
    void passOn(queue, recorded, (chunks) => (isLive ? [] : chunks)).finally(() => open.delete(recorded))
    yield* queue.items()
    return recorded
  }

  /**
   * The steps of calls are recorded in the order of the calls, whichever ends first: an engine wants them in the same order again. So calls run beside
   * each other only where each has one step.
   */
  function inOrder<Output>(isShared: boolean, work: () => Promise<Output>): Promise<Output> {
    const done = (isShared ? alone : all).then(work)
    const settled = done.then(ignore, ignore)
    all = Promise.all([all, settled])
    if (!isShared) alone = settled
    return done
  }

  async function lookUp(callId: string): Promise<boolean> {
    await Promise.allSettled(open)
    return isIdempotent(await toolOf(callId))
  }

  async function idempotent<Output>(callId: string, work: () => PromiseLike<Output> | Output): Promise<Output> {
    let isLive = false
    const output = await recorder.record(
      `tool ${callId}`,
      async () => {
        isLive = true
        await run(callId)
        return work()
      },
      'every error',
    )
    if (!isLive) await ran(callId)
    return output
  }

  /** @returns whether this attempt is the one that was about to execute the call: only that one knows whether it has */
  async function begin(callId: string): Promise<boolean> {
    let isLive = false
    const by = await recorder.record(`begin ${callId}`, async () => {
      isLive = true
      await run(callId)
      return attempt
    })
    if (!isLive) await ran(callId)
    return by === attempt
  }

  async function atMostOnce<Output>(callId: string, work: () => PromiseLike<Output> | Output): Promise<Output> {
    const isCertain = await begin(callId)
    return recorder.record(
      `tool ${callId}`,
      () => {
        if (!isCertain) throw new UncertainError()
        return work()
      },
      'every error',
    )
  }

  async function execute<Output>(callId: string, work: () => PromiseLike<Output> | Output): Promise<Output> {
    const lookUpNext = (): Promise<boolean> => lookUp(callId)
    const looked = looking.then(lookUpNext, lookUpNext)
    looking = looked
    const isShared = await looked
    return inOrder(isShared, () => (isShared ? idempotent(callId, work) : atMostOnce(callId, work)))
  }

  /** Of the results the last one is recorded. */
  async function* results(callId: string, work: () => AsyncIterable<unknown>): AsyncGenerator<unknown, void> {
    const queue = createChunkQueue<unknown>()
    let isLive = false
    const last = execute(callId, async () => {
      isLive = true
      let newest: unknown
      for await (const result of work()) queue.push((newest = result))
      return newest
    })
    void passOn(queue, last, (result) => (isLive ? [] : [result]))
    yield* queue.items()
  }

  return {
    step: (name, work) => recorder.record(name, work),
    stream: (name, source) => stream(name, source),
    async run(callId) {
      const mayRepeat = await lookUp(callId)
      const isCertain = await inOrder(false, () => begin(callId))
      if (!isCertain && !mayRepeat) throw new UncertainError()
    },
    execute,
    results,
    model: (model) => modelWithSteps(model, { step: (name, work) => recorder.record(name, work), stream }),
  }
}

/** Ends a queue as a step ends. @param missing what the step gave, and the queue has not got yet */
async function passOn<Given, Item>(
  queue: ChunkQueue<Item>,
  step: Promise<Given>,
  missing: (given: Given) => readonly Item[],
): Promise<void> {
  try {
    for (const item of missing(await step)) queue.push(item)
    queue.end()
  } catch (error) {
    queue.fail(error)
  }
}

function ignore(): void {}
