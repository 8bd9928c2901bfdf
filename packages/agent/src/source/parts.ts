import type { Head, ProviderMetadata } from '@streamfold/core/codec'
import type { Fields } from './fields.ts'
import type { PartChunk } from './part-chunk.ts'
import { ToolError } from './tool-error.ts'

type Of<Type extends Head['type']> = Omit<Extract<Head, { readonly type: Type }>, 'type' | 'id'>

/** A piece of text or of reasoning. */
export interface Piece {
  /** Names the block; undefined where blocks are not named. */
  readonly id?: string | undefined
  readonly provider?: ProviderMetadata | undefined
}

export interface CallFields extends Of<'tool'> {
  /** The input is streamed as text, not as JSON. */
  readonly isText?: boolean
}

interface ResultFields {
  readonly preliminary?: boolean | undefined
  readonly provider?: ProviderMetadata | undefined
}

/** Makes parts, in the order in which a model gives them. */
export interface Parts {
  /** What was made since it was taken last. */
  take(): readonly PartChunk[]
  /** Whether there is more than text. */
  readonly isFramed: boolean
  /** Length of the text that goes on; 0 where the next text begins a part. */
  readonly textLength: number
  /** @param apart whether it is of another step than the text before: then it is another part */
  text(text: string, piece: Piece, apart: boolean): void
  reasoning(text: string, piece: Piece): void
  /** Begins a named block, which has a part even if it stays empty. */
  start(kind: 'text' | 'reasoning', piece: Piece, apart: boolean): void
  /** The block, or the open one without a name, is complete. */
  end(kind: 'text' | 'reasoning', piece: Piece): void
  /** Begins a call, unless it has begun. Calls of different steps may have the same id. */
  call(id: string, fields: CallFields): void
  hasCall(id: string): boolean
  /** The input as the model writes it. */
  input(id: string, delta: string): void
  /** The input is complete. */
  inputDone(id: string, given?: { readonly input: unknown }, provider?: ProviderMetadata): void
  /** The input is complete and wrong. Readers get a sentence that is safe. */
  inputFailed(id: string, error: unknown, given?: { readonly input: unknown }): void
  output(id: string, value: unknown, fields?: ResultFields): void
  /** The call failed. Readers get a sentence that is safe. */
  fault(id: string, error: unknown, provider?: ProviderMetadata): void
  denied(id: string): void
  ask(id: string, approval: string, reason: string | undefined): void
  decided(approval: string, approved: boolean, reason: string | undefined, id?: string): void
  /** @returns its id; of a page or a document that is known already, the id of the first time */
  source(fields: Of<'source'>, id?: string): string
  /** A source supports the last text. */
  cite(fields: Of<'cite'>): void
  file(fields: Of<'file'>): void
  custom(fields: Of<'custom'>, data?: unknown): void
  data(name: string, id: string | undefined, data: unknown): void
  meta(metadata: Fields): void
  /** Another step begins. The first one begins without being said. */
  step(): void
}

interface Call {
  /** On the wire. */
  readonly id: string
  readonly name: string
  readonly step: number
  readonly isText: boolean
  streamed: string
  done: boolean
  approval: string | undefined
  reason: string | undefined
}

interface Block {
  readonly kind: 'text' | 'reasoning'
  readonly id: string | undefined
  /** What came after its head. */
  provider: ProviderMetadata | undefined
}

/** Types of parts that readers show between two texts. */
const separating: ReadonlySet<Head['type']> = new Set(['reasoning', 'tool', 'file', 'custom', 'data', 'step'])

/**
 * @param describe gives the sentence that readers see for a tool that failed
 * @param unknown called with what could not be written
 */
export function createParts(describe: (error: Error) => string, unknown: (what: string) => void): Parts {
  let made: PartChunk[] = []
  let isFramed = false
  let steps = 0
  let begun = false
  /** What a body without an id adds to. */
  let open: Block | Call | undefined
  let text: Block | undefined
  let textLength = 0
  /** Something lies between the last text and the next one, which separates them. */
  let between = false
  const blocks = new Map<string, Block>()
  const calls = new Map<string, Call>()
  const wireIds = new Set<string>()
  const sources = new Map<string, string>()

  function add(head: Head): void {
    isFramed ||= begun || head.type !== 'text'
    begun = true
    if (head.type === 'text') between = false
    else between ||= separating.has(head.type)
    made.push({ head })
  }

  /** Another part begins: reasoning without a name ends with it. */
  function leave(): void {
    if (isBlock(open) && open.id === undefined) {
      const { kind, provider } = open
      if (kind === 'reasoning') add({ type: 'end', ...(provider && { provider }) })
      open = undefined
    }
  }

  function begin(kind: Block['kind'], { id, provider }: Piece, apart: boolean): Block {
    leave()
    add({
      type: kind,
      ...(id !== undefined && { id }),
      ...(kind === 'text' && apart && begun && !between && { apart: true }),
      ...(provider && { provider }),
    })
    const block: Block = { kind, id, provider: undefined }
    if (id !== undefined) blocks.set(`${kind}:${id}`, block)
    if (kind === 'text') {
      text = block
      textLength = 0
    }
    return (open = block)
  }

  function find(kind: Block['kind'], { id }: Piece): Block | undefined {
    if (id !== undefined) return blocks.get(`${kind}:${id}`)
    return isBlock(open) && open.id === undefined && open.kind === kind ? open : undefined
  }

  function write(to: Block | Call, body: string): void {
    if (body === '') return
    if (to === open) made.push({ body })
    else {
      leave()
      // Without an id it would be open.
      made.push({ body, id: to.id! })
    }
    open = to
    if (to === text) textLength += body.length
  }

  function say(kind: Block['kind'], body: string, piece: Piece, apart: boolean): void {
    const known = apart && piece.id === undefined ? undefined : find(kind, piece)
    if (!known && body === '') return
    const block = known ?? begin(kind, piece, apart)
    if (known && piece.provider) known.provider = piece.provider
    write(block, body)
  }

  function end(block: Block, provider = block.provider): void {
    if (block.id !== undefined) {
      blocks.delete(`${block.kind}:${block.id}`)
      made.push({ head: { type: 'end', id: block.id, ...(provider && { provider }) } })
    } else if (block.kind === 'reasoning') add({ type: 'end', ...(provider && { provider }) })
    if (open === block) open = undefined
  }

  function nameCall(id: string): string {
    let name = id
    for (let n = 2; wireIds.has(name); n++) name = `${id}-${n}`
    wireIds.add(name)
    return name
  }

  /** A head whose whole body is known. */
  function addWhole(head: Head, body: string): void {
    leave()
    add(head)
    if (body !== '') made.push({ body })
    open = undefined
  }

  function json(value: unknown, what: string): string {
    try {
      return JSON.stringify(value) ?? 'null'
    } catch {
      unknown(`${what} is no JSON`)
      return 'null'
    }
  }

  function completeInput(call: Call, given: { readonly input: unknown } | undefined): { input?: unknown } {
    if (call.done) return {}
    call.done = true
    const { streamed: written, isText } = call
    call.streamed = ''
    if (isText && written !== '') write(call, '"')
    const streamed = isText && written !== '' ? JSON.stringify(written) : written
    if (!given || given.input === undefined) {
      if (streamed.trim() === '') write(call, isText ? '""' : '{}')
      return {}
    }
    const whole = json(given.input, `the input of the tool ${call.name}`)
    if (streamed === '') write(call, whole)
    else if (!isSame(streamed, whole)) return { input: given.input }
    return {}
  }

  function closeInput(call: Call, given?: { readonly input: unknown }, more: Omit<Of<'input'>, 'input'> = {}): void {
    if (call.done) return
    const input = completeInput(call, given)
    leave()
    add({ type: 'input', id: call.id, ...input, ...more })
  }

  return {
    take() {
      const taken = made
      made = []
      return taken
    },
    get isFramed() {
      return isFramed
    },
    get textLength() {
      return open !== undefined && open === text ? textLength : 0
    },
    text: (body, piece, apart) => say('text', body, piece, apart),
    reasoning: (body, piece) => say('reasoning', body, piece, false),
    start(kind, piece, apart) {
      const before = find(kind, piece)
      if (before) end(before)
      begin(kind, piece, apart)
    },
    end(kind, piece) {
      const block = find(kind, piece)
      if (block) end(block, piece.provider ?? block.provider)
    },
    hasCall: (id) => calls.has(id),
    call(id, { isText = false, ...fields }) {
      const before = calls.get(id)
      if (before && (before.step === steps || !before.done)) return
      leave()
      const call: Call = {
        id: nameCall(id),
        name: fields.name,
        step: steps,
        isText,
        streamed: '',
        done: false,
        approval: undefined,
        reason: undefined,
      }
      calls.set(id, call)
      add({ type: 'tool', id: call.id, ...fields })
      open = call
    },
    input(id, delta) {
      const call = calls.get(id)
      if (!call || call.done || delta === '') return
      // Half of a character is escaped, so that its other half may come with the next delta.
      if (call.isText) write(call, (call.streamed === '' ? '"' : '') + JSON.stringify(delta).slice(1, -1))
      else write(call, delta)
      call.streamed += delta
    },
    inputDone(id, given, provider) {
      const call = calls.get(id)
      if (call) closeInput(call, given, provider && { provider })
    },
    inputFailed(id, error, given) {
      const call = calls.get(id)
      if (call) closeInput(call, given, { error: describe(new ToolError(call.name, error)) })
    },
    output(id, value, { preliminary, provider } = {}) {
      const call = calls.get(id)
      if (!call) return
      closeInput(call)
      const head = { id: call.id, ...(preliminary === true && { preliminary }), ...(provider && { provider }) }
      addWhole({ type: 'output', ...head }, json(value, `the output of the tool ${call.name}`))
    },
    fault(id, error, provider) {
      const call = calls.get(id)
      if (!call) return
      closeInput(call)
      addWhole({ type: 'fault', id: call.id, ...(provider && { provider }) }, describe(new ToolError(call.name, error)))
    },
    denied(id) {
      const call = calls.get(id)
      if (!call) return
      closeInput(call)
      addWhole({ type: 'fault', id: call.id, denied: true }, call.reason ?? 'the call was denied')
    },
    ask(id, approval, reason) {
      const call = calls.get(id)
      if (!call) return
      call.approval = approval
      leave()
      closeInput(call)
      add({ type: 'ask', id: call.id, approval, ...(reason !== undefined && { reason }) })
    },
    decided(approval, approved, reason, id) {
      const call = (id !== undefined && calls.get(id)) || [...calls.values()].findLast((each) => each.approval === approval)
      if (!call) return
      call.reason = reason
      leave()
      add({ type: 'decided', id: call.id, approved, ...(reason !== undefined && { reason }) })
    },
    source(fields, given) {
      const { url, title, filename, provider } = fields
      const key = url ?? JSON.stringify([title, filename, fields.mediaType, given === undefined ? provider : given])
      const known = sources.get(key)
      if (known !== undefined && (given === undefined || given === known)) return known
      const id = given ?? `source-${sources.size + 1}`
      sources.set(key, known ?? id)
      add({ type: 'source', id, ...fields })
      return id
    },
    cite(fields) {
      if (text) add({ type: 'cite', ...fields })
    },
    file: (fields) => add({ type: 'file', ...fields }),
    custom: (fields, data) => addWhole({ type: 'custom', ...fields }, data === undefined ? '' : json(data, `custom content`)),
    data: (name, id, data) => addWhole({ type: 'data', name, ...(id !== undefined && { id }) }, json(data, `data of ${name}`)),
    meta: (metadata) => addWhole({ type: 'meta' }, json(metadata, 'metadata')),
    step() {
      if (!begun) return
      for (const block of blocks.values()) end(block)
      leave()
      open = undefined
      steps++
      add({ type: 'step' })
    },
  }
}

function isBlock(open: Block | Call | undefined): open is Block {
  return open !== undefined && 'kind' in open
}

/** Whether two JSON texts say the same, in the same order. */
function isSame(streamed: string, whole: string): boolean {
  try {
    return JSON.stringify(JSON.parse(streamed)) === whole
  } catch {
    return false
  }
}
