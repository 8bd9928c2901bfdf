import type { Frame } from '../protocol/frames.ts'
import { frameOf, grown } from '../protocol/frames.ts'
import type { Approval, Citation, MessagePart, Wanted } from '../protocol/part.ts'
import type { Role } from '../protocol/message.ts'
import type { JsonObject } from '../shared/json.ts'
import { isObject, parsed, textOf } from '../shared/json.ts'

/** What the frames so far say about one part. Its part is made when it is shown. Immutable, but for the parts that it keeps. */
interface BodyDraft {
  readonly id: string | undefined
  /** The body so far; of a call its input. One or more frames of the message have it. */
  readonly body: Frame
  readonly done: boolean
  /** Its part, made when it is first shown: of a response that goes on, and of one that has ended. */
  going?: MessagePart | undefined
  ended?: MessagePart | undefined
}

export interface TextDraft extends BodyDraft {
  readonly is: 'text' | 'reasoning'
  /** Whether a blank line separates it from the text before. */
  readonly apart: boolean
  readonly citations: readonly Citation[]
  readonly ms?: number | undefined
  readonly provider: JsonObject | undefined
}

export interface ToolDraft extends BodyDraft {
  readonly is: 'tool'
  readonly head: JsonObject
  readonly id: string
  readonly name: string
  readonly inputDone?: JsonObject
  readonly approval?: Approval | undefined
  readonly wanted?: Wanted | undefined
  readonly running?: boolean
  readonly output?: Result | undefined
  readonly fault?: Result | undefined
  readonly see?: string | undefined
}

/** A result of a call. */
export interface Result {
  readonly head: JsonObject
  readonly body: Frame
  readonly done: boolean
  /** The output that is shown until this result is complete. */
  readonly before: Result | undefined
}

interface DataDraft extends BodyDraft {
  readonly is: 'data' | 'custom'
  /** Of data its name, of custom content its kind. */
  readonly name: string
  /** The body of the data that this one replaces. It is shown until its own is complete, so that nothing disappears meanwhile. */
  readonly earlier?: Frame
  readonly provider: JsonObject | undefined
}

export interface FixedDraft {
  readonly is: 'fixed'
  readonly part: MessagePart
  /** Whether text continues behind it without a blank line. */
  readonly inText: boolean
}

export type Draft = TextDraft | ToolDraft | DataDraft | FixedDraft

/** A body: that of a draft, a result of a call, or the metadata. */
interface Place {
  /** Index of the draft. Of metadata -1. */
  readonly at: number
  readonly of: 'body' | 'output' | 'fault' | 'meta'
}

/** The drafts of a message. They change in place, because a message has thousands of frames and each may change one draft. */
export interface Assembly {
  readonly role: Role
  readonly drafts: Draft[]
  /** Indexes of the drafts with an id, in their order. */
  readonly byId: Map<string, number[]>
  /** Indexes of the drafts that changed since their parts were made. */
  readonly touched: Set<number>
  /** Index of the last text, and of the last one without an id; -1 if there is none. */
  lastText: number
  lastUnnamed: number
  /** Where a `more` without an id continues. */
  open?: Place | undefined
  /** Where the body of the last frame goes, and what that place had before it; undefined if it is skipped. */
  into?: { readonly place: Place; readonly before: string } | undefined
  meta: Frame
  /** The place that was open before the metadata, and is open again after it. */
  under?: Place | undefined
  metadata?: JsonObject | undefined
}

export function emptyAssembly(role: Role): Assembly {
  return {
    role,
    drafts: [],
    byId: new Map(),
    touched: new Set(),
    lastText: -1,
    lastUnnamed: -1,
    meta: noBody(),
  }
}

/** Types of a user's message. Others are skipped, so that no user can draw a call of a tool. */
const ofUsers: ReadonlySet<unknown> = new Set(['text', 'file', 'data', 'source', 'more', 'end'])

/** Text before the first head. In a continuation of plain text it is more of the same. */
const moreText: JsonObject = { type: 'more', kind: 'text' }
const apartText: JsonObject = { type: 'text', apart: true }

/** Adds what a frame says. @param isApart whether text before the first head is a text of its own */
export function addFrame(to: Assembly, frame: Frame, isApart: boolean): void {
  const { head = isApart ? apartText : moreText, body } = frame
  to.into = undefined
  const { type } = head
  if (to.role === 'user' && !ofUsers.has(type)) return
  const id = textOf(head['id'])
  switch (type) {
    case 'text':
    case 'reasoning':
      return start(to, textDraft(to, type, head), body)
    case 'tool': {
      const name = textOf(head['name'])
      if (id === undefined || name === undefined || callAt(to, id) >= 0) return
      return start(to, { is: type, head, id, name, body: noBody(), done: false }, body)
    }
    case 'input':
      return changeCall(to, id, () => ({ inputDone: head }))
    case 'ask':
      return changeCall(to, id, () => ({ [head['wants'] === 'output' ? 'wanted' : 'approval']: requested(head) }))
    case 'decided':
      return changeCall(to, id, (call) => decision(call, head))
    case 'run':
      return changeCall(to, id, () => ({ running: true }))
    case 'see':
      return changeCall(to, id, () => ({ see: textOf(head['serial']) }))
    case 'output':
    case 'fault': {
      const at = callAt(to, id)
      // The last result counts, as soon as it is complete.
      changeCall(to, id, (call) => {
        const result: Result = { head, body: noBody(), done: false, before: outputOf(call) }
        return { output: undefined, fault: undefined, [type]: result }
      })
      if (at >= 0) openBody(to, { at, of: type }, body)
      return
    }
    case 'source':
      return addSource(to, head)
    case 'cite':
      return addCitation(to, head)
    case 'file': {
      const { mediaType, url, ...named } = fieldsIn(head, 'text', 'mediaType', 'url', 'filename', 'alt')
      if (mediaType === undefined || url === undefined) return
      const kind = head['reasoning'] === true ? 'reasoning-file' : 'file'
      return addFixed(to, { type: kind, mediaType, url, ...named, ...provided(head) })
    }
    case 'custom':
    case 'data': {
      const name = textOf(head[type === 'data' ? 'name' : 'kind'])
      if (name === undefined) return
      const provider = objectOf(head['provider'])
      const draft: DataDraft = { is: type, name, id, body: noBody(), done: false, provider }
      const at = type === 'data' ? draftAt(to, id, (other) => other.is === type && other.name === name) : -1
      if (at < 0) return start(to, draft, body)
      close(to)
      const { done, body: own, earlier = own } = to.drafts[at] as DataDraft // As just looked up.
      set(to, at, { ...draft, earlier: done ? own : earlier })
      return openBody(to, { at, of: 'body' }, body)
    }
    case 'step':
      close(to)
      return addFixed(to, { type: 'step-start' })
    case 'steer': {
      const serial = textOf(head['serial'])
      if (serial === undefined) return
      close(to)
      return addFixed(to, { type: 'steering-message', id: serial })
    }
    case 'meta':
      closeJson(to)
      to.under = to.open
      to.meta = noBody()
      return openBody(to, { at: -1, of: type }, body)
    case 'more': {
      const place = placeOf(to, id, head['kind'])
      if (place) {
        closeJson(to, place)
        return openBody(to, place, body)
      }
      // A reader that has only a continuation may show its text.
      if (head['kind'] === 'text' && id === undefined) return start(to, textDraft(to, 'text', {}), body)
      to.open = undefined
      return
    }
    case 'end':
      return end(to, id, head)
    default:
      return
  }
}

/** Adds what the body of the last frame has more. */
export function growLast(to: Assembly, body: string, increment: string): void {
  if (to.into) putBody(to, to.into.place, to.into.before + body, increment)
}

function noBody(): Frame {
  return frameOf(undefined, '')
}

function textDraft(to: Assembly, is: 'text' | 'reasoning', head: JsonObject): TextDraft {
  const { drafts } = to
  const before = drafts.findLast((draft) => !(draft.is === 'fixed' && draft.inText))
  const apart = head['apart'] === true || (before !== undefined && before.is !== 'text')
  const provider = objectOf(head['provider'])
  return { is, id: textOf(head['id']), body: noBody(), done: false, apart, citations: [], provider }
}

function start(to: Assembly, draft: Exclude<Draft, FixedDraft>, body: string): void {
  close(to)
  const at = to.drafts.length
  const { id } = draft
  set(to, at, draft)
  if (draft.is === 'text') to.lastText = at
  if (draft.is === 'text' && id === undefined) to.lastUnnamed = at
  if (id !== undefined) {
    const same = to.byId.get(id)
    if (same) same.push(at)
    else to.byId.set(id, [at])
  }
  openBody(to, { at, of: 'body' }, body)
}

function set(to: Assembly, at: number, draft: Draft): void {
  to.drafts[at] = draft
  to.touched.add(at)
}

function change<D extends Exclude<Draft, FixedDraft>>(to: Assembly, at: number, draft: D, fields: Partial<D>): void {
  // Its part is still to be made.
  set(to, at, { ...draft, ...fields, going: undefined, ended: undefined })
}

/** Leaves a place open, and adds the body of a frame there. */
function openBody(to: Assembly, place: Place, body: string): void {
  const draft = to.drafts[place.at]
  const known = holderAt(to, place)
  if (!known) return
  const before = known.body.body
  to.open = place
  to.into = { place, before }
  if (draft && isJson(draft)) change(to, place.at, draft, { done: false })
  if (body !== '') putBody(to, place, before + body, body)
}

/** The owner of the body of a place, with whether it is complete. */
function holderAt(to: Assembly, { at, of }: Place): { readonly body: Frame; readonly done?: boolean } | undefined {
  const draft = to.drafts[at]
  if (of === 'meta') return { body: to.meta }
  if (!draft || draft.is === 'fixed') return undefined
  return of === 'body' ? draft : draft.is === 'tool' ? draft[of] : undefined
}

function changeHolder(to: Assembly, { at, of }: Place, fields: { readonly body?: Frame; readonly done?: boolean }): void {
  const draft = to.drafts[at] as Exclude<Draft, FixedDraft> // It has a body.
  if (of === 'body') change(to, at, draft, fields)
  else if (draft.is === 'tool') change(to, at, draft, { [of]: { ...holderAt(to, { at, of }), ...fields } })
}

function putBody(to: Assembly, place: Place, whole: string, increment: string): void {
  const known = holderAt(to, place)
  if (!known) return
  const body = grown(known.body, increment, whole)
  if (place.of === 'meta') to.meta = body
  else changeHolder(to, place, place.of === 'body' ? { body, done: false } : { body })
}

/** Without an id the open place; for text the last one without an id, because another part may have been opened behind it. */
function placeOf(to: Assembly, id: string | undefined, kind: unknown): Place | undefined {
  const { open, drafts } = to
  if (id === undefined) {
    if (kind !== 'text') return open
    return to.lastUnnamed < 0 ? undefined : { at: to.lastUnnamed, of: 'body' }
  }
  const at = draftAt(to, id, (draft) => typeof kind !== 'string' || isKind(draft, kind))
  const draft = drafts[at]
  if (draft?.is === 'tool' && (kind === 'output' || kind === 'fault')) return draft[kind] && { at, of: kind }
  if (draft?.is === 'tool' && kind === undefined && open?.at === at) return open
  return draft && { at, of: 'body' }
}

function isKind(draft: Draft, kind: string): boolean {
  return draft.is === kind || (draft.is === 'tool' && (kind === 'input' || kind === 'output' || kind === 'fault'))
}

function end(to: Assembly, id: string | undefined, head: JsonObject): void {
  const place = placeOf(to, id, head['kind'])
  if (!place) return
  closeAt(to, place)
  const { at, of } = place
  if (of === 'meta') return
  if (to.open?.at === at && to.open.of === of) to.open = undefined
  const draft = to.drafts[at]
  if (!draft || !isTextual(draft)) return
  const ms = typeof head['ms'] === 'number' ? head['ms'] : undefined
  change(to, at, draft, { ms, provider: objectOf(head['provider']) ?? draft.provider })
}

/** A frame that starts another part completes the open one, unless that has an id. */
function close(to: Assembly): void {
  const { open } = to
  if (!open) return
  const draft = to.drafts[open.at]
  if (draft && isTextual(draft) && draft.id !== undefined) return
  closeAt(to, open)
  if (open.of === 'meta') close(to)
}

/** Completes an open JSON body, unless it is the one that goes on. */
function closeJson(to: Assembly, besides?: Place): void {
  const { open } = to
  if (!open || (besides?.at === open.at && besides.of === open.of)) return
  const draft = to.drafts[open.at]
  if (open.of !== 'body' || (draft && isJson(draft))) closeAt(to, open)
}

function closeAt(to: Assembly, place: Place): void {
  if (place.of === 'meta') {
    to.metadata = metadataOf(to)
    to.meta = noBody()
    to.open = to.under
    to.under = undefined
    return
  }
  const known = holderAt(to, place)
  // The input of a call is completed by a frame of its own.
  const isInput = place.of === 'body' && to.drafts[place.at]?.is === 'tool'
  if (known && !known.done && !isInput) changeHolder(to, place, { done: true })
}

/** The metadata with what is open of it, if that is complete. */
export function metadataOf({ metadata, meta }: Assembly): JsonObject | undefined {
  const more = objectOf(parsed(meta.body))
  return more ? { ...metadata, ...more } : metadata
}

export function isTextual(draft: Draft): draft is TextDraft {
  return draft.is === 'text' || draft.is === 'reasoning'
}

function isJson(draft: Draft): draft is DataDraft {
  return draft.is === 'data' || draft.is === 'custom'
}

/** Index of the last draft with an id that has a property; -1 if there is none. */
function draftAt({ drafts, byId }: Assembly, id: string | undefined, has: (draft: Draft) => boolean): number {
  const all = id === undefined ? undefined : byId.get(id)
  return all?.findLast((at) => has(drafts[at]!)) ?? -1 // An index of a draft.
}

function callAt(to: Assembly, id: string | undefined): number {
  return draftAt(to, id, ({ is }) => is === 'tool')
}

function changeCall(to: Assembly, id: string | undefined, fields: (call: ToolDraft) => Partial<ToolDraft>): void {
  const at = callAt(to, id)
  if (at < 0) return
  close(to)
  const call = to.drafts[at] as ToolDraft // callAt finds calls only.
  change(to, at, call, fields(call))
}

function addFixed(to: Assembly, part: MessagePart, inText = false): void {
  set(to, to.drafts.length, { is: 'fixed', part, inText })
}

function addSource(to: Assembly, head: JsonObject): void {
  const { id: sourceId, url, title, mediaType, ...named } = fieldsIn(head, 'text', 'id', 'url', 'title', 'mediaType', 'filename')
  const titled = title === undefined ? {} : { title }
  if (sourceId === undefined) return
  if (url !== undefined) return addFixed(to, { type: 'source-url', sourceId, url, ...titled, ...provided(head) }, true)
  if (mediaType === undefined || title === undefined) return
  return addFixed(to, { type: 'source-document', sourceId, mediaType, title, ...named, ...provided(head) }, true)
}

function addCitation(to: Assembly, head: JsonObject): void {
  const sourceId = textOf(head['source'])
  const id = textOf(head['of'])
  const at = id === undefined ? to.lastText : draftAt(to, id, ({ is }) => is === 'text')
  const draft = to.drafts[at]
  if (sourceId === undefined || draft?.is !== 'text') return
  const citation: Citation = { sourceId, ...fieldsIn(head, 'string', 'quote'), ...fieldsIn(head, 'number', 'start', 'end') }
  change(to, at, draft, { citations: [...draft.citations, citation] })
}

function requested(head: JsonObject): Approval | undefined {
  const { approval, of } = head
  const id = textOf(approval)
  if (id === undefined) return undefined
  return {
    id,
    ...(Array.isArray(of) && { of: of.filter((each): each is string => typeof each === 'string') }),
    ...fieldsIn(head, 'number', 'until'),
    ...(typeof head['reason'] === 'string' && { requestReason: head['reason'] }),
  }
}

/** An answer with an output needs no decision: that it was given is enough. */
function decision({ wanted, approval }: ToolDraft, head: JsonObject): Partial<ToolDraft> {
  const answered: Pick<Wanted, 'answer' | 'by' | 'at' | 'auto'> = {
    ...fieldsIn(head, 'string', 'answer', 'by'),
    ...fieldsIn(head, 'number', 'at'),
    ...(head['auto'] === 'deadline' && { auto: 'deadline' }),
  }
  if (wanted) return { wanted: { ...wanted, ...answered } }
  const { approved } = head
  if (typeof approved !== 'boolean') return {}
  return { approval: { id: '', ...approval, approved, ...answered, ...fieldsIn(head, 'string', 'reason') } }
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

/** The fields of a head that have a type; of a text only what is not empty. */
function fieldsIn<Name extends string>(head: JsonObject, type: 'text', ...names: readonly Name[]): Partial<Record<Name, string>>
function fieldsIn(head: JsonObject, type: 'string' | 'number', ...names: readonly string[]): Readonly<Record<string, never>>
function fieldsIn(head: JsonObject, type: string, ...names: readonly string[]): JsonObject {
  const has = (value: unknown) => (type === 'text' ? textOf(value) !== undefined : typeof value === type)
  return Object.fromEntries(names.filter((name) => has(head[name])).map((name) => [name, head[name]]))
}
