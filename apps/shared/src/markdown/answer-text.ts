import { stopWork, workInTurn } from './frames.ts'
import { loadedMarkdown, loadMarkdown } from './load-markdown.ts'
import { createPlainText } from './plain-text.ts'
import type { StreamingMarkdown } from './streaming-markdown.ts'
import { leaveTurns, takeTurn, takeTurnNow } from './take-turns.ts'

export interface AnswerText extends Pick<StreamingMarkdown, 'update'> {
  stop(): void
}

/** Pixels from the edge of the view at which an answer counts as seen. */
const near = 100

/**
 * Renders the Markdown of an answer that may be out of view. Out of view, it is not rendered for each token, but when it comes
 * near the view or ends. So ten answers that are written at once cost what one costs, and none moves the text that is read below it.
 */
export function createAnswerText(root: HTMLElement): AnswerText {
  let shown = loadedMarkdown()?.createStreamingMarkdown(root)
  let newest: readonly [text: string, final: boolean] | undefined
  let seen = true
  let late: string | undefined
  let begun = false
  let stopped = false
  let settle = () => true
  let markdown = shown ?? createPlainText(root)
  if (!shown) fetchRenderer()

  function fetchRenderer(): void {
    void loadMarkdown().then((loaded) => {
      // If the renderer cannot be fetched, the plain text stays, and the next text tries again.
      if (!loaded || stopped || shown) return false
      markdown.stop()
      markdown = shown = loaded.createStreamingMarkdown(root)
      if (newest) markdown.update(...newest)
      return true
    })
  }

  const observer = new IntersectionObserver(
    (entries) => {
      seen = entries.at(-1)!.isIntersecting
      if (!seen || late === undefined) return
      const text = late
      late = undefined
      takeTurn(root, () => markdown.update(text, false))
    },
    { root: root.closest('.view'), rootMargin: `${near}px 0px` },
  )
  observer.observe(root)

  return {
    update(text, final) {
      late = undefined
      if (!shown) {
        newest = [text, final]
        fetchRenderer()
      }
      stopWork(settle)
      const write = () => markdown.update(text, final)
      const grows = begun && markdown.grows(text)
      begun = true
      // A first text moves nothing that is read, and a redacted text must disappear at once, in view or not.
      if (!grows) takeTurnNow(root, write)
      else if (seen) takeTurn(root, write)
      else if (!final) late = text
      else {
        settle = () => {
          write()
          return true
        }
        workInTurn(settle)
      }
    },
    stop() {
      stopped = true
      stopWork(settle)
      observer.disconnect()
      leaveTurns(root)
      markdown.stop()
    },
  }
}
