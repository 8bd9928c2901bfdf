import { isObject, parsed } from '../shared/json.ts'
import type { JsonObject } from '../shared/json.ts'

/** Metadata of a model's provider, kept as it is: the provider may need it in the next request. */
export type ProviderMetadata = Readonly<Record<string, JsonObject>>

interface Provided {
  readonly provider?: ProviderMetadata
}

/** The head of a frame: what the body that follows it is (P101). */
export type Head =
  | ({
      readonly type: 'text'
      readonly id?: string
      /** Whether a blank line separates it from the text before, even if nothing lies between them: it is of another step. */
      readonly apart?: boolean
    } & Provided)
  | ({ readonly type: 'reasoning'; readonly id?: string } & Provided)
  | ({
      readonly type: 'tool'
      /** Id of the call. */
      readonly id: string
      /** Name of the tool. */
      readonly name: string
      readonly dynamic?: boolean
      readonly title?: string
      readonly providerExecuted?: boolean
      readonly metadata?: JsonObject
    } & Provided)
  | ({ readonly type: 'input'; readonly id: string; readonly input?: unknown; readonly error?: string } & Provided)
  | {
      readonly type: 'ask'
      readonly id: string
      readonly approval: string
      /** What is asked for: a decision, or the output of a call that a page runs. Default `approval`. */
      readonly wants?: 'approval' | 'output'
      /** Client ids that may answer. */
      readonly of?: readonly string[]
      /** Service time after which no answer counts, in milliseconds. */
      readonly until?: number
      readonly reason?: string
    }
  | {
      readonly type: 'decided'
      readonly id: string
      /** Of an approval. */
      readonly approved?: boolean
      /** Serial of the answer that counts. */
      readonly answer?: string
      readonly by?: string
      readonly reason?: string
      /** Service time of the answer, in milliseconds. */
      readonly at?: number
      /** Nobody decided in time. */
      readonly auto?: 'deadline'
    }
  /** `epoch` is the header `run` of the writer. */
  | { readonly type: 'run'; readonly id: string; readonly epoch: string }
  | ({ readonly type: 'output'; readonly id: string; readonly preliminary?: boolean } & Provided)
  | ({
      readonly type: 'fault'
      readonly id: string
      readonly denied?: boolean
      /** The call may have had its effect. */
      readonly uncertain?: boolean
    } & Provided)
  | ({
      readonly type: 'source'
      readonly id: string
      readonly url?: string
      readonly title?: string
      readonly mediaType?: string
      readonly filename?: string
    } & Provided)
  | {
      readonly type: 'cite'
      /** Id of the source. */
      readonly source: string
      /** Id of the text part. Default: the last one. */
      readonly of?: string
      readonly quote?: string
      readonly start?: number
      readonly end?: number
    }
  | ({
      readonly type: 'file'
      readonly mediaType: string
      readonly url: string
      readonly filename?: string
      /** What an image shows. */
      readonly alt?: string
      /** Whether the model made it while it reasoned. */
      readonly reasoning?: boolean
    } & Provided)
  | ({ readonly type: 'custom'; readonly kind: string } & Provided)
  | { readonly type: 'data'; readonly name: string; readonly id?: string }
  | { readonly type: 'step' }
  | { readonly type: 'steer'; readonly serial: string }
  /** For other agents: the response is about to take the prompt in, and then `steer` follows, or `left` if it does not. */
  | { readonly type: 'taking' | 'left'; readonly serial: string }
  | { readonly type: 'see'; readonly id: string; readonly serial: string }
  | { readonly type: 'meta' }
  /** `kind` is the type of the continued head, for a reader that has only a continuation. */
  | { readonly type: 'more'; readonly id?: string; readonly kind?: string }
  | ({
      readonly type: 'end'
      readonly id?: string
      /** The type of the ended head. `text` without an id: the last text that has none, although another part is open. */
      readonly kind?: string
      /** How long the part took, in milliseconds. */
      readonly ms?: number
    } & Provided)

const bodies: Readonly<Record<Head['type'], 'text' | 'json' | undefined>> = {
  text: 'text',
  reasoning: 'text',
  tool: 'json',
  input: undefined,
  ask: undefined,
  decided: undefined,
  run: undefined,
  output: 'json',
  fault: 'text',
  source: undefined,
  cite: undefined,
  file: undefined,
  custom: 'json',
  data: 'json',
  step: undefined,
  steer: undefined,
  taking: undefined,
  left: undefined,
  see: undefined,
  meta: 'json',
  more: undefined,
  end: undefined,
}

/** What the body of a type of head is (P102). Undefined: it has none of its own, or the type is not known. */
export function bodyKind(type: unknown): 'text' | 'json' | undefined {
  return typeof type === 'string' && Object.hasOwn(bodies, type) ? bodies[type as Head['type']] : undefined // As just looked up.
}

/** A frame of a message in the format `parts/1`. Immutable: a frame that grows is another object. */
export interface Frame {
  /** As read, with unchecked fields; undefined for the text before the first head. An unreadable head is `{}`. */
  readonly head: JsonObject | undefined
  /** The body so far, unescaped. */
  readonly body: string
  readonly lineage: Lineage
}

/**
 * Shared by frames that grew from one another in one line: the body of a shorter one begins the bodies of the longer ones. A key for
 * caches that continue where the last reading ended. Its fields are private, because two equal frames may have grown differently.
 */
export class Lineage {
  #length: number
  #increment: string

  constructor(body: string) {
    this.#length = body.length
    this.#increment = body
  }

  /** Whether the body is the longest one, and takes the next increment. */
  grow(body: string, increment: string): boolean {
    if (this.#length !== body.length) return false
    this.#length += increment.length
    this.#increment = increment
    return true
  }

  /** The body from a position on. A body that grows is a rope, and to cut it would copy all of it: the last increment is at hand. */
  rest(body: string, from: number): string {
    const last = this.#length === body.length && from === body.length - this.#increment.length
    return last ? this.#increment : body.slice(from)
  }
}

/**
 * A list of frames that grows at its end. Lists that grew from one another share their items, so that one more frame costs no copy of
 * those before it. Its fields are private, because two equal lists may have grown differently.
 */
export class FrameList implements Iterable<Frame> {
  readonly #shared: Frame[]
  readonly #length: number

  constructor(shared: Frame[] = [], length = shared.length) {
    this.#shared = shared
    this.#length = length
  }

  get length(): number {
    return this.#length
  }

  /** Shared by lists that grew from one another in one line: the shorter begins the longer. A key for caches, as a lineage is. */
  get line(): object {
    return this.#shared
  }

  at(index: number): Frame | undefined {
    return index < this.#length ? this.#shared[index] : undefined
  }

  with(frame: Frame): FrameList {
    // Two different frames behind one list make two lines.
    const shared = this.#shared.length === this.#length ? this.#shared : [...this]
    return new FrameList(shared, shared.push(frame))
  }

  [Symbol.iterator](): Iterator<Frame> {
    return this.#shared.slice(0, this.#length).values()
  }
}

/** The data of a message as frames. */
export interface Frames {
  /** The frames before the last one. They do not change while the message grows. */
  readonly settled: FrameList
  readonly last: Frame
  /** The beginning of a head, or half of an escaped RS: held back until more data arrives. */
  readonly held: string
}

/** Separates frames: U+001E. */
export const RS = '\u{1e}'

/** Writes a head. The body follows it. */
export function frameHead(head: Head): string {
  return `${RS}${JSON.stringify(head)}\n`
}

/** Writes text as a body. No text can make a frame, because its RS is doubled. */
export function escapeBody(text: string): string {
  return text.includes(RS) ? text.replaceAll(RS, RS + RS) : text
}

/** Reads data as frames. Every beginning of the data of a message is valid. */
export function readFrames(data: string): Frames {
  return growFrames({ settled: new FrameList(), last: frameOf(undefined, ''), held: '' }, data)
}

/** Reads an increment. Its cost depends on the increment, not on the data before it. */
export function growFrames(frames: Frames, increment: string): Frames {
  if (increment === '') return frames
  if (frames.held === '' && !increment.includes(RS))
    return { settled: frames.settled, last: grown(frames.last, increment), held: '' }
  // The head goes on: nothing else of it need be read before its end has arrived.
  if (frames.held.length > 1 && !increment.includes('\n')) return { ...frames, held: frames.held + increment }
  const data = frames.held + increment
  let { settled, last } = frames
  let from = 0
  let body = ''
  for (;;) {
    const at = data.indexOf(RS, from)
    if (at < 0 || at === data.length - 1) {
      last = grown(last, body + data.slice(from, at < 0 ? undefined : at))
      return { settled, last, held: at < 0 ? '' : RS }
    }
    body += data.slice(from, at)
    if (data[at + 1] === RS) {
      body += RS
      from = at + 2
      continue
    }
    last = grown(last, body)
    body = ''
    const end = data.indexOf('\n', at)
    if (end < 0) return { settled, last, held: data.slice(at) }
    settled = last.head === undefined && last.body === '' && settled.length === 0 ? settled : settled.with(last)
    last = frameOf(headIn(data.slice(at + 1, end)), '')
    from = end + 1
  }
}

/** A frame with its own lineage. */
export function frameOf(head: JsonObject | undefined, body: string): Frame {
  return { head, body, lineage: new Lineage(body) }
}

/** @param whole the body with the increment, if that is at hand as a string */
export function grown(frame: Frame, increment: string, whole = frame.body + increment): Frame {
  const { head, body, lineage } = frame
  if (increment === '') return frame
  // Two different increments of one frame make two lines.
  return lineage.grow(body, increment) ? { head, body: whole, lineage } : frameOf(head, whole)
}

function headIn(line: string): JsonObject {
  const head = parsed(line)
  // Skipped like a type that is not known.
  return isObject(head) ? head : {}
}
