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
 * The Markdown of an answer that may be out of sight: what nobody sees is not rendered with each token but when it comes
 * near, or is settled. So ten answers that are written at once cost what one costs, and none moves what is read below it.
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
      // Not fetched: the plain text stays, and the next text tries again.
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
      // Nothing is seen to move where nothing was shown yet, and what was redacted goes at once, seen or not.
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
