import type { MarkdownDocument } from './document.ts'
import { createDocument } from './document.ts'
import { isSpent, stopWork, workLater, workNow } from './frames.ts'

export interface StreamingMarkdown {
  /**
   * Shows this text. If it only grew, settled blocks stay on the page as they are and are not parsed again. A long text is
   * shown over several frames.
   */
  update(text: string, final: boolean): void
  /** Whether a text continues the text that is shown; true if there is none. */
  grows(text: string): boolean
  /** Stops drawing, and leaves the page as it is. */
  stop(): void
}

/** So many characters are drawn at once, whatever blocks they are. */
const atOnce = 8_192

/** Renders Markdown that is still being written into one element, which nothing else may change. */
export function createStreamingMarkdown(root: HTMLElement): StreamingMarkdown {
  let document: MarkdownDocument | undefined
  let drawing: ReturnType<MarkdownDocument['draw']> | undefined
  let written = ''
  let ended = false
  let idleUntil = 0

  function begin(): MarkdownDocument {
    stop()
    root.replaceChildren()
    written = ''
    return (document = createDocument(root))
  }

  function stop(): void {
    stopWork(work)
    drawing = undefined
  }

  /** @returns whether all is drawn */
  function work(): boolean {
    if (!document || (!ended && performance.now() < idleUntil)) return !document
    const started = performance.now()
    drawing ??= document.draw()
    for (let pause = drawing.next(); !pause.done; pause = drawing.next()) {
      if (pause.value === 'frame' || isSpent()) return false
    }
    drawing = undefined
    // A long text that cannot be settled is parsed again from its start, with pauses, so that the page stays responsive.
    idleUntil = document.unsettled > atOnce ? performance.now() + 4 * (performance.now() - started) : 0
    return true
  }

  return {
    grows: (text) => text.startsWith(written),
    update(text, final) {
      if (document && text === written && final === ended) return
      const target = document && !ended && text.startsWith(written) ? document : begin()
      target.add(text.slice(written.length), final)
      written = text
      ended = final
      if (idleUntil > 0) return workLater(work)
      if (drawing || target.unsettled > atOnce) return workNow(work)
      drawing = target.draw()
      for (let pause = drawing.next(); !pause.done; pause = drawing.next()) if (pause.value === 'frame') return workLater(work)
      drawing = undefined
    },
    stop,
  }
}
