import { writeAnswer } from '@streamfold/app-shared'
import { useStore } from '@streamfold/react'
import { useLayoutEffect, useRef } from 'react'

interface Props {
  readonly id: string
  readonly writing: boolean
}

/** The answer's Markdown; the element's content belongs to the streaming renderer. */
export function MessageText({ id, writing }: Props) {
  const root = useRef<HTMLDivElement>(null)
  const store = useStore()
  useLayoutEffect(() => writeAnswer(root.current!, store, id), [store, id])

  return <div className="prose" ref={root} data-writing={writing || undefined} />
}
