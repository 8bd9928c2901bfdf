import type { Frame } from '../protocol/frames.ts'
import type { Approval, Citation, MessagePart, Wanted } from '../protocol/part.ts'
import type { Role } from '../protocol/message.ts'
import type { JsonObject } from '../shared/json.ts'
import { isObject, textOf } from '../shared/json.ts'

/** What the frames so far say about one part. Its part is made when it is shown. */
interface TextDraft extends Made {
  readonly is: 'text' | 'reasoning'
  readonly id: string | undefined
  readonly text: string
  readonly done: boolean
  /** Whether a blank line separates it from the text before. */
  readonly apart: boolean
  readonly citations: readonly Citation[]
  readonly ms: number | undefined
  readonly provider: JsonObject | undefined
}

export interface ToolDraft extends Made {
  readonly is: 'tool'
  readonly head: JsonObject
  readonly id: string
  readonly name: string
  readonly input: readonly Frame[]
  readonly inputDone: JsonObject | undefined
  readonly approval: Approval | undefined
  readonly wanted: Wanted | undefined
  readonly running: boolean
  readonly output: Result | undefined
  readonly fault: Result | undefined
  readonly see: string | undefined
}

/** A result of a call. */
export interface Result {
  readonly head: JsonObject
  readonly frames: readonly Frame[]
  readonly done: boolean
  /** The output that is shown until this result is complete. */
  readonly before: Result | undefined
}

interface DataDraft extends Made {
  readonly is: 'data' | 'custom'
  /** Of data its name, of custom content its kind. */
  readonly name: string
  readonly id: string | undefined
  readonly frames: readonly Frame[]
  readonly done: boolean
  /** Frames of the data that this one replaces. They are shown until its own are complete, so that nothing disappears meanwhile. */
  readonly earlier: readonly Frame[] | undefined
  readonly provider: JsonObject | undefined
}

export interface FixedDraft {
  readonly is: 'fixed'
  readonly part: MessagePart
  /** Whether text continues behind it without a blank line. */
  readonly inText: boolean
}

export type Draft = TextDraft | ToolDraft | DataDraft | FixedDraft

/** The part of a draft, made when it is first shown: of a response that goes on, and of one that has ended. */
interface Made {
  going?: MessagePart | undefined
  ended?: MessagePart | undefined
}

/** Where a body goes: into a field of a draft, or into the metadata. */
type Place =
  | { readonly at: number; readonly to: 'text' | 'data' | 'input' | 'output' | 'fault' }
  | { readonly at: -1; readonly to: 'meta' }

export interface Assembly {
  readonly drafts: readonly Draft[]
  /** Where a `more` without an id continues. */
  readonly open: Place | undefined
  readonly meta: readonly Frame[]
  /** The place that was open before the metadata, and is open again after it. */
  readonly under: Place | undefined
  readonly metadata: JsonObject | undefined
  readonly skipped: number
}

export const nothing: Assembly = { drafts: [], open: undefined, meta: [], under: undefined, metadata: undefined, skipped: 0 }

/** Types of a user's message. Others are skipped, so that no user can draw a call of a tool. */
const ofUsers: ReadonlySet<unknown> = new Set(['text', 'file', 'data', 'source', 'more', 'end'])

/** Adds what a frame says. Pure. */
export function applyFrame(to: Assembly, frame: Frame, role: Role): Assembly {
  const { head } = frame
  if (head === undefined) return applyLeading(to, frame)
  const { type } = head
  if (role === 'user' && !ofUsers.has(type)) return skip(to)
  switch (type) {
    case 'text':
    case 'reasoning':
      return start(to, frame, textDraft(type, head, isApart(to, head)), 'text')
    case 'tool': {
      const id = textOf(head['id'])
      const name = textOf(head['name'])
      if (id === undefined || name === undefined || callAt(to, id) >= 0) return skip(to)
      const draft: ToolDraft = {
        is: 'tool',
        head,
        id,
        name,
        input: [],
        inputDone: undefined,
        approval: undefined,
        wanted: undefined,
        running: false,
        output: undefined,
        fault: undefined,
        see: undefined,
      }
      return start(to, frame, draft, 'input')
    }
    case 'input':
      return changeCall(to, head, (call) => ({ ...call, inputDone: head }))
    case 'ask':
      return changeCall(to, head, (call) =>
        head['wants'] === 'output' ? { ...call, wanted: requested(head) } : { ...call, approval: requested(head) },
      )
    case 'decided':
      return changeCall(to, head, (call) => withDecision(call, head))
    case 'run':
      return changeCall(to, head, (call) => ({ ...call, running: true }))
    case 'see':
      return changeCall(to, head, (call) => ({ ...call, see: textOf(head['serial']) }))
    case 'output':
    case 'fault': {
      const at = callAt(to, textOf(head['id']))
      if (at < 0) return skip(to)
      // The last result counts, as soon as it is complete.
      const closed = close(to)
      const before = outputOf(closed.drafts[at] as ToolDraft) // callAt finds calls only.
      const result: Result = { head, frames: [], done: false, before }
      return addBody(
        replace(closed, at, { ...(closed.drafts[at] as ToolDraft), output: undefined, fault: undefined, [type]: result }),
        { at, to: type },
        frame,
      )
    }
    case 'source':
      return addSource(to, head)
    case 'cite':
      return addCitation(to, head)
    case 'file': {
      const mediaType = textOf(head['mediaType'])
      const url = textOf(head['url'])
      if (mediaType === undefined || url === undefined) return skip(to)
      const kind = head['reasoning'] === true ? 'reasoning-file' : 'file'
      const filename = textOf(head['filename'])
      const alt = textOf(head['alt'])
      const named = { ...(filename !== undefined && { filename }), ...(alt !== undefined && { alt }) }
      return addFixed(to, { type: kind, mediaType, url, ...named, ...provided(head) }, false)
    }
    case 'custom':
    case 'data': {
      const name = textOf(head[type === 'data' ? 'name' : 'kind'])
      if (name === undefined) return skip(to)
      const id = textOf(head['id'])
      const draft: DataDraft = {
        is: type,
        name,
        id,
        frames: [],
        done: false,
        earlier: undefined,
        provider: objectOf(head['provider']),
      }
      const at = type === 'data' && id !== undefined ? dataAt(to, name, id) : -1
      if (at < 0) return start(to, frame, draft, 'data')
      const closed = close(to)
      const earlier = earlierOf(closed.drafts[at])
      return addBody(replace(closed, at, { ...draft, earlier }), { at, to: 'data' }, frame)
    }
    case 'step':
      return addFixed(close(to), { type: 'step-start' }, false)
    case 'steer': {
      const serial = textOf(head['serial'])
      return serial === undefined ? skip(to) : addFixed(close(to), { type: 'steering-message', id: serial }, false)
    }
    case 'meta':
      return startMetadata(closeJson(to), frame)
    case 'more':
      return continueBody(to, frame, head)
    case 'end':
      return end(to, head)
    default:
      return skip(to)
  }
}

/** Text before the first head. In a continuation of plain text it is more of the same. */
function applyLeading(to: Assembly, frame: Frame): Assembly {
  if (frame.body === '') return to
  return continueBody(to, frame, moreText)
}

const moreText: JsonObject = { kind: 'text' }

function textDraft(is: 'text' | 'reasoning', head: JsonObject, apart: boolean): TextDraft {
  const provider = objectOf(head['provider'])
  return { is, id: textOf(head['id']), text: '', done: false, apart, citations: [], ms: undefined, provider }
}

function isApart({ drafts }: Assembly, head: JsonObject): boolean {
  if (head['apart'] === true) return true
  const before = drafts.findLast((draft) => !(draft.is === 'fixed' && draft.inText))
  return before !== undefined && before.is !== 'text'
}

function start(to: Assembly, frame: Frame, draft: Draft, field: 'text' | 'data' | 'input'): Assembly {
  const closed = close(to)
  const drafts = [...closed.drafts, draft]
  return addBody({ ...closed, drafts }, { at: drafts.length - 1, to: field }, frame)
}

/** Adds the body of a frame where it belongs, and leaves that open. */
function addBody(to: Assembly, place: Place, frame: Frame): Assembly {
  if (place.to === 'meta') return { ...to, open: place, meta: [...to.meta, frame] }
  const opened = { ...to, open: place }
  const draft = to.drafts[place.at]! // A place is of a draft that is there.
  if (isTextual(draft)) {
    return frame.body === '' ? opened : replace(opened, place.at, { ...draft, text: draft.text + frame.body, done: false })
  }
  if (isJson(draft)) return replace(opened, place.at, { ...draft, frames: [...draft.frames, frame], done: false })
  if (draft.is === 'fixed') return to
  if (place.to === 'output' || place.to === 'fault') {
    const result = draft[place.to]
    if (!result) return to
    return replace(opened, place.at, { ...draft, [place.to]: { ...result, frames: [...result.frames, frame] } })
  }
  return replace(opened, place.at, { ...draft, input: [...draft.input, frame] })
}

function startMetadata(to: Assembly, frame: Frame): Assembly {
  return addBody({ ...to, meta: [], under: to.open }, { at: -1, to: 'meta' }, frame)
}

function continueBody(to: Assembly, frame: Frame, head: JsonObject): Assembly {
  const id = textOf(head['id'])
  const place = id === undefined ? unnamedPlace(to, head['kind']) : placeOf(to, id, head['kind'])
  if (place) return addBody(closeJson(to, place), place, frame)
  // A reader that has only a continuation may show its text.
  if (head['kind'] === 'text' && id === undefined) return start(to, frame, textDraft('text', {}, isApart(to, {})), 'text')
  return { ...skip(to), open: undefined }
}

/** The open part; for text the last one without an id, because another part may have been opened behind it. */
function unnamedPlace({ drafts, open }: Assembly, kind: unknown): Place | undefined {
  if (kind !== 'text') return open
  const at = drafts.findLastIndex((draft) => draft.is === 'text' && draft.id === undefined)
  return at < 0 ? undefined : { at, to: 'text' }
}

function placeOf({ drafts, open }: Assembly, id: string, kind: unknown): Place | undefined {
  const at = drafts.findLastIndex(
    (draft) => draft.is !== 'fixed' && draft.id === id && (typeof kind !== 'string' || isKind(draft, kind)),
  )
  const draft = drafts[at]
  if (!draft || draft.is === 'fixed') return undefined
  if (isTextual(draft)) return { at, to: 'text' }
  if (draft.is !== 'tool') return { at, to: 'data' }
  if (kind === 'output' || kind === 'fault') return draft[kind] && { at, to: kind }
  if (kind === undefined && open?.at === at) return open
  return { at, to: 'input' }
}

function isKind(draft: Draft, kind: string): boolean {
  return draft.is === 'tool' ? kind === 'tool' || kind === 'input' || kind === 'output' || kind === 'fault' : draft.is === kind
}

function end(to: Assembly, head: JsonObject): Assembly {
  const id = textOf(head['id'])
  const place = id === undefined ? unnamedPlace(to, head['kind']) : placeOf(to, id, head['kind'])
  if (!place) return id === undefined ? to : skip(to)
  const ended = closeAt(to, place)
  if (place.to === 'meta') return ended
  const draft = ended.drafts[place.at]
  const open = to.open && to.open.at === place.at && to.open.to === place.to ? undefined : to.open
  if (!draft || !isTextual(draft)) return { ...ended, open }
  const ms = typeof head['ms'] === 'number' ? head['ms'] : undefined
  const provider = objectOf(head['provider']) ?? draft.provider
  return { ...replace(ended, place.at, { ...draft, done: true, ms, provider }), open }
}

/** A frame that starts another part completes the open one, unless that has an id. */
function close(to: Assembly): Assembly {
  const { open } = to
  if (!open) return to
  if (open.to === 'meta') return close(closeAt(to, open))
  const draft = to.drafts[open.at]
  if (draft && isTextual(draft) && draft.id !== undefined) return to
  return closeAt(to, open)
}

/** Completes an open JSON body, unless it is the one that goes on. */
function closeJson(to: Assembly, besides?: Place): Assembly {
  const { open } = to
  if (!open || open.to === 'text' || open.to === 'input' || (besides?.at === open.at && besides.to === open.to)) return to
  return closeAt(to, open)
}

export function closeAt(to: Assembly, place: Place): Assembly {
  if (place.to === 'meta') {
    const more = objectOf(jsonOf(to.meta))
    const closed = { ...to, meta: [], open: to.under, under: undefined }
    return more ? { ...closed, metadata: { ...to.metadata, ...more } } : closed
  }
  const draft = to.drafts[place.at]
  if (!draft || draft.is === 'fixed') return to
  if (draft.is !== 'tool') return draft.done ? to : replace(to, place.at, { ...draft, done: true })
  if (place.to !== 'output' && place.to !== 'fault') return to
  const result = draft[place.to]
  return !result || result.done ? to : replace(to, place.at, { ...draft, [place.to]: { ...result, done: true } })
}

export function isTextual(draft: Draft): draft is TextDraft {
  return draft.is === 'text' || draft.is === 'reasoning'
}

function earlierOf(draft: Draft | undefined): readonly Frame[] | undefined {
  if (draft?.is !== 'data') return undefined
  return draft.done ? draft.frames : (draft.earlier ?? draft.frames)
}

function isJson(draft: Draft): draft is DataDraft {
  return draft.is === 'data' || draft.is === 'custom'
}

/** @param draft made for this place: its part is still to be made */
function replace(to: Assembly, at: number, draft: Exclude<Draft, FixedDraft>): Assembly {
  draft.going = undefined
  draft.ended = undefined
  return { ...to, drafts: to.drafts.with(at, draft) }
}

function skip(to: Assembly): Assembly {
  return { ...to, skipped: to.skipped + 1 }
}

function callAt({ drafts }: Assembly, id: string | undefined): number {
  return id === undefined ? -1 : drafts.findLastIndex((draft) => draft.is === 'tool' && draft.id === id)
}

function dataAt({ drafts }: Assembly, name: string, id: string): number {
  return drafts.findLastIndex((draft) => draft.is === 'data' && draft.name === name && draft.id === id)
}

function changeCall(to: Assembly, head: JsonObject, change: (call: ToolDraft) => ToolDraft): Assembly {
  const at = callAt(to, textOf(head['id']))
  if (at < 0) return skip(to)
  const closed = close(to)
  return replace(closed, at, change(closed.drafts[at] as ToolDraft)) // callAt finds calls only.
}

function addFixed(to: Assembly, part: MessagePart, inText: boolean): Assembly {
  return { ...to, drafts: [...to.drafts, { is: 'fixed', part, inText }] }
}

function addSource(to: Assembly, head: JsonObject): Assembly {
  const sourceId = textOf(head['id'])
  const url = textOf(head['url'])
  const title = textOf(head['title'])
  const mediaType = textOf(head['mediaType'])
  const filename = textOf(head['filename'])
  if (sourceId === undefined) return skip(to)
  if (url !== undefined)
    return addFixed(to, { type: 'source-url', sourceId, url, ...(title !== undefined && { title }), ...provided(head) }, true)
  if (mediaType === undefined || title === undefined) return skip(to)
  const named = filename === undefined ? {} : { filename }
  return addFixed(to, { type: 'source-document', sourceId, mediaType, title, ...named, ...provided(head) }, true)
}

function addCitation(to: Assembly, { source, of, quote, start: from, end: until }: JsonObject): Assembly {
  const sourceId = textOf(source)
  const id = textOf(of)
  const at = to.drafts.findLastIndex((draft) => draft.is === 'text' && (id === undefined || draft.id === id))
  const draft = to.drafts[at]
  if (sourceId === undefined || draft?.is !== 'text') return skip(to)
  const citation: Citation = {
    sourceId,
    ...(typeof quote === 'string' && { quote }),
    ...(typeof from === 'number' && { start: from }),
    ...(typeof until === 'number' && { end: until }),
  }
  return replace(to, at, { ...draft, citations: [...draft.citations, citation] })
}

function requested({ approval, of, until, reason }: JsonObject): Approval | undefined {
  const id = textOf(approval)
  if (id === undefined) return undefined
  return {
    id,
    ...(Array.isArray(of) && { of: of.filter((each): each is string => typeof each === 'string') }),
    ...(typeof until === 'number' && { until }),
    ...(typeof reason === 'string' && { requestReason: reason }),
  }
}

/** An answer with an output needs no decision: that it was given is enough. */
function withDecision(call: ToolDraft, head: JsonObject): ToolDraft {
  const answered = answeredIn(head)
  const { approved, reason } = head
  if (call.wanted) return { ...call, wanted: { ...call.wanted, ...answered } }
  if (typeof approved !== 'boolean') return call
  const given = typeof reason === 'string' ? { reason } : {}
  return { ...call, approval: { id: '', ...call.approval, approved, ...answered, ...given } }
}

function answeredIn({ answer, by, at, auto }: JsonObject): Pick<Wanted, 'answer' | 'by' | 'at' | 'auto'> {
  return {
    ...(typeof answer === 'string' && { answer }),
    ...(typeof by === 'string' && { by }),
    ...(typeof at === 'number' && { at }),
    ...(auto === 'deadline' && { auto }),
  }
}

export function provided(head: JsonObject): { providerMetadata?: never } {
  const provider = objectOf(head['provider'])
  return (provider ? { providerMetadata: provider } : {}) as { providerMetadata?: never } // Opaque: the provider's own shape.
}

export function objectOf(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined
}

/** The complete output, while another result may be on its way; a complete failure takes its place. */
export function outputOf({ output, fault }: ToolDraft): Result | undefined {
  if (fault?.done) return undefined
  return output?.done ? output : (output ?? fault)?.before
}

export function joined(frames: readonly Frame[]): string {
  return frames.length === 1 ? frames[0]!.body : frames.map(({ body }) => body).join('')
}

/** A complete JSON body; undefined if it is none. */
export function jsonOf(frames: readonly Frame[]): unknown {
  try {
    return JSON.parse(joined(frames))
  } catch {
    return undefined
  }
}
