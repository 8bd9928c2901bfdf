import type { JsonObject } from '../../../shared/json.ts'
import { isObject, textOf } from '../../../shared/json.ts'
import type { CarriedParts } from './carried-parts.ts'
import type { CodecHeaders, PartOutlet, PartStream } from './part-outlet.ts'
import { codecHeaders } from './part-outlet.ts'

/** A text or reasoning: a stream of its own. */
export interface Growing {
  readonly is: 'text' | 'reasoning'
  readonly stream: PartStream
  isClosed: boolean
}

/** Writes texts and reasoning. */
export interface TextWriter {
  start(is: Growing['is'], head: JsonObject): Growing
  /** The part that `more` continues (P103). */
  resume(is: Growing['is'], id: string | undefined): Growing
  /** @returns the part to which the text was added */
  add(part: Growing, text: string): Growing
  close(part: Growing, codec?: CodecHeaders): void
  named(id: string): Growing | undefined
  /** The last text without an id. */
  readonly unnamed: Growing
  /** Completes reasoning without an id, because another part starts. */
  closeReasoning(): void
  /** Completes text without an id: none goes on in another step. */
  closeText(): void
  closeAll(status: 'complete' | 'cancelled'): void
}

/** @param begun the message that begins the response @param nextId a name for a stream */
export function createTextWriter(outlet: PartOutlet, begun: Growing, carried: CarriedParts, nextId: () => string): TextWriter {
  const byId = new Map<string, Growing>()
  /** The last ones without an id. */
  let text = begun
  /** Whether there is a text that `more` could continue: one that never began has no place among the parts. */
  let hasText = carried.isContinued
  let reasoning: Growing | undefined

  function start(is: Growing['is'], head: JsonObject): Growing {
    const id = textOf(head['id'])
    closeReasoning()
    if (is === 'text' && id === undefined) closeText()
    const provider = isObject(head['provider']) ? head['provider'] : undefined
    // Without it, Streamfold's readers would put a blank line before the text.
    const own = is === 'text' ? { head: JSON.stringify({ type: 'text', id, apart: head['apart'], provider }) } : {}
    const part = begin(is, { ...own, ...codecHeaders({ providerMetadata: provider }) })
    if (id !== undefined) byId.set(id, part)
    else if (is === 'text') {
      text = part
      hasText = true
    } else reasoning = part
    return part
  }

  function begin(is: Growing['is'], codec: CodecHeaders): Growing {
    carried.isEmpty = false
    return { is, stream: outlet.begin({ kind: is, id: nextId(), ...codec }), isClosed: false }
  }

  /** Their clients add nothing to a stream that has ended: more of a text is a text of its own, which our readers put behind the first. */
  function resumeText(): Growing {
    if (!hasText) return start('text', {})
    if (text.isClosed) text = begin('text', { head: JSON.stringify({ type: 'more', kind: 'text' }) })
    return text
  }

  function close(part: Growing, codec: CodecHeaders = {}, status: 'complete' | 'cancelled' = 'complete'): void {
    if (part.isClosed) return
    part.isClosed = true
    outlet.close(part.stream, status, codec)
  }

  function closeReasoning(): void {
    if (reasoning) close(reasoning)
  }

  function closeText(): void {
    close(text)
  }

  return {
    start,
    resume(is, id) {
      if (is === 'text' && id === undefined) return resumeText()
      const part = id === undefined ? reasoning : byId.get(id)
      return part?.is === is && !part.isClosed ? part : start(is, id === undefined ? {} : { id })
    },
    add(part, more) {
      const to = part.isClosed ? start(part.is, {}) : part
      carried.isEmpty = false
      if (to === begun) hasText = true
      outlet.append(to.stream, more)
      return to
    },
    close,
    named: (id) => byId.get(id),
    get unnamed() {
      return text
    },
    closeReasoning,
    closeText,
    closeAll(status) {
      for (const part of [...byId.values(), text, reasoning]) if (part) close(part, {}, status)
    },
  }
}
