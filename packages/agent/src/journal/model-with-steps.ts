import type { Chunk } from '../source/chunk.ts'
import type { Source } from '../source/source.ts'
import type { StreamCheck } from './stream-check.ts'
import { checkModel } from './stream-check.ts'

/** How a model is asked in steps. */
interface ModelSteps {
  step<Value>(name: string, work: () => PromiseLike<Value> | Value): Promise<Value>
  stream(
    name: string,
    open: () => PromiseLike<Source> | Source,
    check: () => StreamCheck,
  ): AsyncGenerator<Chunk, readonly Chunk[]>
}

/** What a model of the AI SDK gives for a request that streams. */
interface Streamed {
  readonly stream: ReadableStream<Chunk>
}

/** A model of the AI SDK, each request of which is a step. */
export function modelWithSteps<Model extends object>(model: Model, { step, stream }: ModelSteps): Model {
  return new Proxy(model, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target)
      if (typeof value !== 'function') return value
      const method = value.bind(target) as (request: unknown) => PromiseLike<unknown> // As the AI SDK calls it.
      if (name === 'doGenerate') return (request: unknown) => step('model', () => method(request))
      if (name !== 'doStream') return method
      return async (request: unknown) => {
        const open = async (): Promise<Source> => ((await method(request)) as Streamed).stream // As the AI SDK reads it.
        const chunks = stream('model', open, checkModel)
        // A request that is refused rejects, and does not give a stream that fails.
        const first = await chunks.next()
        return { stream: streamOf(first, chunks) }
      }
    },
  })
}

function streamOf(first: IteratorResult<Chunk, unknown>, rest: AsyncGenerator<Chunk, unknown>): ReadableStream<Chunk> {
  let next: Promise<IteratorResult<Chunk, unknown>> | undefined = Promise.resolve(first)
  return new ReadableStream<Chunk>({
    async pull(controller) {
      const { done, value } = await (next ?? rest.next())
      next = undefined
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
  })
}
