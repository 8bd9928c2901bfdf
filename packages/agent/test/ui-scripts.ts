import type { UIMessageChunk } from 'ai'
import * as fc from 'fast-check'

/** What an agent does in one run, as chunks of the AI SDK. */
export interface UiScript {
  readonly chunks: readonly UIMessageChunk[]
  /** Whether the model failed in the middle. */
  readonly isCut: boolean
}

/** What an agent does one after the other. @param name of the part: a digit for its step, one for its place */
type Thread = (name: string) => readonly UIMessageChunk[]

/** A chunk without the fields that are undefined. */
function chunk(fields: Readonly<Record<string, unknown>>): UIMessageChunk {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as unknown as UIMessageChunk // As its caller has put it.
}

const text = fc.string({ unit: fc.constantFrom('a', ' ', '"', '\u{1e}', '\n', '{', '😀', 'é'), minLength: 1, maxLength: 6 })
const deltas = fc.array(fc.oneof({ weight: 6, arbitrary: text }, { weight: 1, arbitrary: fc.constant('') }), { maxLength: 4 })
const metadata = fc.option(fc.constant({ vendor: { signature: 'x' } }), { nil: undefined })
const json = fc.oneof(
  text,
  fc.record({ city: text }),
  fc.constant({}),
  fc.array(fc.oneof(fc.integer(), text, fc.constant(null)), { maxLength: 3 }),
)

const written = (kind: 'text' | 'reasoning'): fc.Arbitrary<Thread> =>
  fc.tuple(deltas, metadata, fc.boolean()).map(([all, providerMetadata, isAtStart]) => (name) => {
    // Models begin each step with the same ids.
    const id = name.slice(1)
    return [
      chunk({ type: `${kind}-start`, id, providerMetadata: isAtStart ? providerMetadata : undefined }),
      ...all.map((delta) => chunk({ type: `${kind}-delta`, id, delta })),
      chunk({ type: `${kind}-end`, id, providerMetadata }),
    ]
  })

/** How an input comes: whole, or streamed as its JSON, as nothing (no arguments), as other JSON than the input, or as text. */
const inputs = fc.oneof(
  json.map((input) => ({ input, streamed: undefined })),
  json.map((input) => ({ input, streamed: JSON.stringify(input) })),
  fc.constant({ input: {}, streamed: '' }),
  json.map((input) => ({ input, streamed: '{"other":1}' })),
  fc.constant({ input: 'not JSON', streamed: 'not JSON' }),
)

const tool: fc.Arbitrary<Thread> = fc
  .record({
    given: inputs,
    cuts: fc.array(fc.nat({ max: 30 }), { maxLength: 3 }),
    of: fc.record({
      dynamic: fc.constantFrom(undefined, true),
      title: fc.constantFrom(undefined, 'Look'),
      providerExecuted: fc.constantFrom(undefined, true),
    }),
    result: fc.constantFrom('output', 'preliminary', 'error', 'denied', 'approved', 'asked', 'invalid', 'nothing'),
    output: fc.oneof(json, fc.integer(), fc.boolean(), fc.constant(null)),
    providerMetadata: metadata,
  })
  .map(({ given: { input, streamed }, cuts, of, result, output, providerMetadata }) => (name) => {
    const toolCallId = `call-${name}`
    const call = { toolCallId, toolName: 'look', ...of }
    const from = { toolCallId, dynamic: of.dynamic, providerExecuted: of.providerExecuted }
    const begun =
      streamed === undefined
        ? []
        : [
            chunk({ type: 'tool-input-start', ...call }),
            ...piecesOf(streamed, cuts).map((inputTextDelta) => chunk({ type: 'tool-input-delta', toolCallId, inputTextDelta })),
          ]
    if (result === 'invalid') return [...begun, chunk({ type: 'tool-input-error', ...call, input, errorText: 'no such city' })]
    const asked = chunk({ type: 'tool-approval-request', toolCallId, approvalId: `approval-${name}` })
    const done = chunk({ type: 'tool-output-available', ...from, output })
    const results: Readonly<Record<typeof result, readonly UIMessageChunk[]>> = {
      output: [done],
      preliminary: [chunk({ type: 'tool-output-available', ...from, output: 'half', preliminary: true }), done],
      error: [chunk({ type: 'tool-output-error', ...from, errorText: 'offline' })],
      denied: [asked, chunk({ type: 'tool-output-denied', toolCallId })],
      approved: [asked, done],
      asked: [asked],
      nothing: [],
    }
    return [...begun, chunk({ type: 'tool-input-available', ...call, input, providerMetadata }), ...results[result]]
  })

function piecesOf(whole: string, cuts: readonly number[]): readonly string[] {
  const places = [...new Set(cuts.map((cut) => cut % (whole.length + 1)))].toSorted((a, b) => a - b)
  return [...places, whole.length].map((end, at) => whole.slice(places[at - 1] ?? 0, end)).filter((piece) => piece !== '')
}

/** Parts of one chunk. */
const aside: fc.Arbitrary<Thread> = fc.oneof(
  fc
    .constantFrom(undefined, 'Title')
    .map((title) => (name: string) => [chunk({ type: 'source-url', sourceId: name, url: `https://example.com/${name}`, title })]),
  fc
    .constantFrom(undefined, 'a.pdf')
    .map((filename) => (name: string) => [
      chunk({ type: 'source-document', sourceId: name, mediaType: 'a/b', title: 'Doc', filename }),
    ]),
  fc.constant((name: string) => [chunk({ type: 'file', mediaType: 'image/png', url: `https://example.com/${name}.png` })]),
  json.map((data) => () => [chunk({ type: 'data-note', data })]),
  json.map((data) => () => [chunk({ type: 'data-chart', id: 'same', data })]),
  json.map((data) => () => [chunk({ type: 'data-gone', data, transient: true })]),
  fc.integer().map((tokens) => () => [chunk({ type: 'message-metadata', messageMetadata: { tokens } })]),
)

const thread = fc.oneof(
  { weight: 3, arbitrary: written('text') },
  { weight: 2, arbitrary: written('reasoning') },
  { weight: 4, arbitrary: tool },
  { weight: 3, arbitrary: aside },
)

/** @param isMixed whether what one step does may come interleaved */
export function uiScripts(isMixed: boolean): fc.Arbitrary<UiScript> {
  const inOrder = fc.constant<readonly number[]>([])
  const turns = isMixed ? fc.oneof(inOrder, fc.array(fc.nat({ max: 3 }), { maxLength: 12 })) : inOrder
  const step = fc.record({ threads: fc.array(thread, { minLength: 1, maxLength: 4 }), turns })
  return fc
    .record({
      steps: fc.array(step, { minLength: 1, maxLength: 3 }),
      cut: fc.option(fc.nat({ max: 40 }), { nil: undefined, freq: 3 }),
      messageMetadata: fc.constantFrom(undefined, { model: 'm' }),
    })
    .map(({ steps, cut, messageMetadata }) => {
      const chunks = [
        chunk({ type: 'start', messageMetadata }),
        ...steps.flatMap(({ threads, turns: order }, at) => [
          chunk({ type: 'start-step' }),
          ...mixed(
            threads.map((each, place) => each(`${at}${place}`)),
            order,
          ),
          chunk({ type: 'finish-step' }),
        ]),
        chunk({ type: 'finish', finishReason: 'stop' }),
      ]
      const isCut = cut !== undefined && cut < chunks.length - 1
      return { chunks: isCut ? chunks.slice(0, cut) : chunks, isCut }
    })
}

/** Takes from the threads in turn; without turns one thread after the other. */
function mixed(threads: readonly (readonly UIMessageChunk[])[], turns: readonly number[]): readonly UIMessageChunk[] {
  const left = threads.map((each) => [...each])
  const all: UIMessageChunk[] = []
  for (let n = 0; ; n++) {
    const open = left.filter((each) => each.length > 0)
    const next = open[(turns[n % turns.length] ?? 0) % open.length]?.shift()
    if (!next) return all
    all.push(next)
  }
}
