import type { ReasoningPart } from '@streamfold/app-shared'
import { reasoningView } from '@streamfold/app-shared'
import { PartText } from './part-text.tsx'

interface Props {
  readonly id: string
  readonly index: number
  readonly part: ReasoningPart
  readonly settled: boolean
}

/** Closed until the reader opens it, so that its text moves nothing; what is open stays open. */
export function Reasoning({ id, index, part, settled }: Props) {
  const { title, thinking, hidden } = reasoningView(part, settled)
  return (
    <details className="reasoning" data-testid="part" data-type="reasoning" data-thinking={thinking || undefined}>
      <summary>
        <span>{title}</span>
      </summary>
      {hidden === '' ? <PartText id={id} index={index} className="thought" /> : <p className="thought">{hidden}</p>}
    </details>
  )
}
