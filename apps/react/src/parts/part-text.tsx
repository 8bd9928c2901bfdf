import { writePart } from '@streamfold/app-shared'
import { useStore } from '@streamfold/react'
import { useLayoutEffect, useRef } from 'react'

interface Props {
  readonly id: string
  readonly index: number
  /** Of a part's own element. */
  readonly type?: string
  readonly className?: string
  readonly writing?: boolean
}

/** The Markdown of a part; the element's content belongs to the streaming renderer. */
export function PartText({ id, index, type, className = '', writing = false }: Props) {
  const root = useRef<HTMLDivElement>(null)
  const store = useStore()
  useLayoutEffect(() => writePart(root.current!, store, id, index), [store, id, index])

  return (
    <div
      className={`prose ${className}`.trim()}
      ref={root}
      data-testid={type && 'part'}
      data-type={type}
      data-writing={writing || undefined}
    />
  )
}
