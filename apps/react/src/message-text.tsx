import type { AnswerText } from '@streamfold/app-shared'
import { createAnswerText } from '@streamfold/app-shared'
import { useLayoutEffect, useRef } from 'react'

interface Props {
  readonly text: string
  readonly settled: boolean
  readonly writing: boolean
}

/** The answer's Markdown; the element's content belongs to the streaming renderer. */
export function MessageText({ text, settled, writing }: Props) {
  const root = useRef<HTMLDivElement>(null)
  const answer = useRef<AnswerText>(undefined)

  useLayoutEffect(() => {
    const created = createAnswerText(root.current!)
    answer.current = created
    return () => created.stop()
  }, [])
  useLayoutEffect(() => answer.current!.update(text, settled), [text, settled])

  return <div className="prose" ref={root} data-writing={writing || undefined} />
}
