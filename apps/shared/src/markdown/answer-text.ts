import { loadedMarkdown, loadMarkdown } from './load-markdown.ts'
import { createPlainText } from './plain-text.ts'
import type { StreamingMarkdown } from './streaming-markdown.ts'
import { giveUpTurn, leaveTurns, takeTurn } from './take-turns.ts'

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
  let stopped = false
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
      markdown.update(late, false)
      late = undefined
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
      const grows = markdown.grows(text)
      if (grows && !seen && !final) late = text
      else if (grows && seen) takeTurn(root, () => markdown.update(text, final))
      else {
        // Nothing is seen to move where nothing was shown yet, and what was redacted goes at once, seen or not.
        giveUpTurn(root)
        markdown.update(text, final)
      }
    },
    stop() {
      stopped = true
      observer.disconnect()
      leaveTurns(root)
      markdown.stop()
    },
  }
}
