import type { Parser } from 'streaming-markdown'
import { parser } from 'streaming-markdown'
import { feed } from './feed.ts'
import { plainCharacter } from './plain-character.ts'
import { createRenderer } from './renderer.ts'

export interface StreamingMarkdown {
  /** Shows this text. Where it only grew, what is on the page already stays and only the new part is read. */
  update(text: string, final: boolean): void
  /** Whether a text goes on from what is on the page. */
  grows(text: string): boolean
}

/** Renders Markdown that is still being written into one element, which nothing else may change. */
export function createStreamingMarkdown(root: HTMLElement): StreamingMarkdown {
  let reader: Parser | undefined
  let renderer: ReturnType<typeof createRenderer>
  let written = ''
  let held = ''
  let ended = false

  function begin(): Parser {
    root.replaceChildren()
    written = held = ''
    ended = false
    renderer = createRenderer(root, () => fresh.pending)
    const fresh: Parser = parser(renderer)
    reader = fresh
    return fresh
  }

  return {
    grows: (text) => written !== '' && text.startsWith(written),
    update(text, final) {
      if (reader && text === written && final === ended) return
      const grew = reader && !ended && text.startsWith(written)
      const target = grew ? reader! : begin()
      held = feed(target, held + text.slice(written.length), final, renderer.endHead)
      written = text
      if (final) {
        end(target)
        ended = true
        return
      }
      // The parser keeps the last character until the next one: an answer that pauses would lack a letter.
      renderer.showAhead(held === '' ? plainCharacter(target) : undefined)
    },
  }
}

function end(reader: Parser): void {
  if (reader.pending) feed(reader, '\n', true)
  // The parser leaves open what the text left open; the renderer finishes a token when it is closed.
  while (reader.len > 0) {
    reader.len -= 1
    reader.renderer.end_token(reader.renderer.data)
  }
}
