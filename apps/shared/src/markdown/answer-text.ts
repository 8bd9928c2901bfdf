import type { StreamingMarkdown } from './streaming-markdown.ts'
import { createStreamingMarkdown } from './streaming-markdown.ts'
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
  const markdown = createStreamingMarkdown(root)
  let seen = true
  let late: string | undefined

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
      observer.disconnect()
      leaveTurns(root)
    },
  }
}
