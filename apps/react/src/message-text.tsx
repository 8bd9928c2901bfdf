import type { StreamingMarkdown } from '@streamfold/app-shared'
import { createStreamingMarkdown } from '@streamfold/app-shared'
import { useLayoutEffect, useRef } from 'react'

interface Props {
  readonly text: string
  readonly settled: boolean
  readonly writing: boolean
}

/** The answer's Markdown; the element's content belongs to the streaming renderer. */
export function MessageText({ text, settled, writing }: Props) {
  const root = useRef<HTMLDivElement>(null)
  const markdown = useRef<StreamingMarkdown>(undefined)

  useLayoutEffect(() => {
    markdown.current ??= createStreamingMarkdown(root.current!)
    markdown.current.update(text, settled)
  }, [text, settled])

  return <div className="prose" ref={root} data-writing={writing || undefined} />
}
