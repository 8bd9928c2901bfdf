import type { Headers, Message } from '@streamfold/core'
import type { Chunk } from '../../source/chunk.ts'
import type { Source } from '../../source/source.ts'
import type { DecidedCall } from '../waiting/continuation.ts'
import type { PrepareStep } from './prepare-step.ts'

/** The input of the model. */
export interface Task {
  /** The channel of the conversation. */
  readonly channelName: string
  /**
   * The branch of the prompt so far, oldest first, each answer behind its prompt; the prompt is the last of it, or, of a response that goes on, that
   * response. What other people or the prompt's author wrote on other branches is not among them. Deleted messages are there, without text. Its newest messages, at most as many as the channel reads (`history` of `createAgentChannel`, 200 by
   * default), from the channel and from the `archive`, where there is one. Of responses the messages have all parts, also what the option `show`
   * withholds from readers, if the archive keeps that.
   */
  readonly messages: readonly Message[]
  /** The prompt as it is now. Where another response to it was asked for, it is the same prompt, and the messages are those above it. */
  readonly prompt: Message
  /** How often a response to the prompt was asked for, up to this one: 1 for the first response, one more for each request for another. */
  readonly attempt: number
  /**
   * Set where the response goes on, because people have decided, or because its agent died behind a decision. What the source yields is written
   * behind what the response has. Undefined for a new response.
   */
  readonly continued: Continued | undefined
  /** Aborts when the answer is not wanted any more. Pass it on to the model. */
  readonly signal: AbortSignal
  /**
   * Adds headers to the response. They go out with its next append, or after a tenth of a second in one of their own. After the response has
   * ended nothing is added.
   *
   * @throws RangeError when all that was added takes more than 2 KB, TypeError when a value is no string, or a name is the protocol's
   */
  readonly annotate: (headers: Headers) => void
  /**
   * Call it before a tool has an effect that must not happen twice. Resolves when the response says that the call is about to be executed, and no other
   * agent has taken the response over: an agent that takes it over later does not run the call again. Rejects where the tool must not be executed. Of calls
   * that a person has approved it is known before `respond` is called.
   *
   * @param callId id of a call that the source has yielded
   */
  readonly run: (callId: string) => Promise<void>
  /**
   * Takes the prompts in that came for this response while it runs, oldest first: call it between two steps of the model, and add what it returns to the
   * model's messages. Resolves when the response says so. Prompts that were not taken in when the response ends are answered afterwards.
   * Rejects when the response has ended.
   */
  readonly takeIn: () => Promise<readonly Message[]>
  /** `prepareStep` of the AI SDK, which calls `takeIn` before each step. */
  readonly prepareStep: PrepareStep
  /**
   * Does work whose result is recorded, where an engine answers the prompt: an attempt after the death of the process gets the result, and does not do the
   * work again. Work that died before its result was recorded is done again. Without an engine it does the work.
   *
   * Steps are recorded in the order in which they begin, and an attempt begins them in the same order: begin two beside each other only if neither
   * waits for something else before. Inside a step begin no other one.
   *
   * @param name for the engine; the second one of a name gets a number
   * @param work what it returns is kept as JSON, with dates, bytes and errors. An error that the same request would have again (HTTP 4xx, a `ReaderError`)
   * is recorded, too; of any other the engine decides whether the step is tried again
   */
  readonly step: <Value>(name: string, work: () => PromiseLike<Value> | Value) => Promise<Value>
  /**
   * Asks a model, as a step: yields what its stream gives, as it comes, and returns all of it. A stream that breaks off is not recorded: the next attempt asks
   * again, and readers get the text of the response as it was before, then the new one.
   *
   * @param open returns the stream of one request, of which no tool is executed
   */
  readonly stream: (name: string, open: () => PromiseLike<Source> | Source) => AsyncGenerator<Chunk, readonly Chunk[]>
  /**
   * Executes a call of a tool, as a step behind `run`. A call that was begun and not recorded may have run: it rejects with an error that says so, unless
   * the tool is in `idempotent`; then it is executed again. With an engine only such tools run beside each other.
   *
   * @param callId id of a call that the source has yielded
   */
  readonly execute: <Output>(callId: string, work: () => PromiseLike<Output> | Output) => Promise<Output>
  /** A model of the AI SDK, each request of which is a step: `streamText({ model: task.model(model), tools: task.tools(tools), … })`. */
  readonly model: <Model extends object>(model: Model) => Model
  /** Tools of the AI SDK that are executed with `execute`. Those that a person approves, and those without an effect, do not need it. */
  readonly tools: <Tools extends object>(tools: Tools) => Tools
}

export interface Continued {
  /** The response so far; it is the last of `messages`, too. */
  readonly response: Message
  /** The calls that were decided since the source ended. The AI SDK runs those that are `approved` by itself. */
  readonly calls: readonly DecidedCall[]
}
