import type { Head } from '@streamfold/core/codec'
import type { PartChunk } from './part-chunk.ts'

/** A part whose body goes on. */
export interface OpenPart {
  /** Names it for bodies that come behind another part; without it there are none. */
  readonly id: string | undefined
  /** Where it has no id, the head that ends it before another part begins. */
  readonly end?: () => Head | undefined
}

/** Collects heads and bodies, and knows which part is open. */
export interface PartList {
  take(): readonly PartChunk[]
  /** Whether anything was added. */
  readonly hasBegun: boolean
  /** Whether there is more than one text. */
  readonly isFramed: boolean
  /** Whether readers show something between the last text and a text that begins now. */
  readonly isBetween: boolean
  /** The part that a body without an id adds to. */
  readonly open: OpenPart | undefined
  /** Adds a head that has no body, or whose body is of the open part. */
  add(head: Head): void
  /** Adds a head, and opens its part. */
  begin(head: Head, part: OpenPart): void
  /** Adds the head of data whose body comes in pieces, and opens its part. */
  stream(head: Head, part: OpenPart): void
  /** Adds a head and all of its body. */
  addWhole(head: Head, body: string): void
  /** Adds to the body of a part. */
  write(to: OpenPart, body: string): void
  /** Adds the end of a text, which says nothing where the text is alone. */
  endText(head: Head): void
  /** No body follows for the open part. */
  close(part: OpenPart): void
  /** Another part begins: one without an id is complete. */
  leave(): void
  /** A value as JSON; what is none is reported, and written as null. */
  json(value: unknown, what: string): string
}

/** Types of parts that readers show between two texts. */
const separating: ReadonlySet<Head['type']> = new Set(['reasoning', 'tool', 'file', 'custom', 'data', 'step'])

/** @param unknown called with what cannot be written @param goesOn whether these parts come behind others of the same response */
export function createPartList(unknown: (what: string) => void, goesOn = false): PartList {
  let made: PartChunk[] = []
  let hasBegun = goesOn
  let isFramed = goesOn
  let isBetween = goesOn
  let open: OpenPart | undefined

  function add(head: Head, isStreamed = false): void {
    isFramed ||= hasBegun || head.type !== 'text'
    hasBegun = true
    if (head.type === 'text') isBetween = false
    else isBetween ||= separating.has(head.type)
    made.push(isStreamed ? { head, isStreamed } : { head })
  }

  function leave(): void {
    if (!open || open.id !== undefined) return
    const end = open.end?.()
    open = undefined
    if (end) add(end)
  }

  return {
    take() {
      const taken = made
      made = []
      return taken
    },
    get hasBegun() {
      return hasBegun
    },
    get isFramed() {
      return isFramed
    },
    get isBetween() {
      return isBetween
    },
    get open() {
      return open
    },
    add: (head) => add(head),
    begin(head, part) {
      leave()
      add(head)
      open = part
    },
    stream(head, part) {
      leave()
      add(head, true)
      open = part
    },
    addWhole(head, body) {
      leave()
      add(head)
      if (body !== '') made.push({ body })
      open = undefined
    },
    write(to, body) {
      if (body === '') return
      if (to === open) made.push({ body })
      else {
        leave()
        // Without an id it would be open.
        made.push({ body, id: to.id! })
        open = to
      }
    },
    endText: (head) => void made.push({ head }),
    close(part) {
      if (open === part) open = undefined
    },
    leave,
    json(value, what) {
      try {
        return JSON.stringify(value) ?? 'null'
      } catch {
        unknown(`${what} is no JSON`)
        return 'null'
      }
    },
  }
}
