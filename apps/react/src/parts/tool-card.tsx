import type { AnyToolPart } from '@streamfold/app-shared'
import { fetchSoon, saysAsk, texts, toolDetails, toolView } from '@streamfold/app-shared'
import { useState } from 'react'
import { whenNeeded } from '../when-needed.ts'
import { CardText } from './card-text.tsx'

const Ask = whenNeeded(fetchSoon(async () => (await import('./ask.tsx')).Ask))

interface Props {
  /** The response. */
  readonly id: string
  readonly part: AnyToolPart
  readonly settled: boolean
}

/** A call of a tool. Closed, it is as high from the first character of its input to its output. */
export function ToolCard({ id, part, settled }: Props) {
  const [open, setOpen] = useState(false)
  const { title, state, tone, preview, notice } = toolView(part, settled)
  return (
    <div className="card" data-testid="part" data-type="tool" data-state={part.state}>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          <span className="card-title" dir="auto">
            {title}
          </span>
          {/* Another element for each state: a word that is aligned at its end would count as shifted. */}
          <span className="state" data-tone={tone} key={state}>
            <span className="mark" aria-hidden="true" />
            <span>{state}</span>
          </span>
          <span className="card-preview" dir="auto">
            {preview}
          </span>
        </summary>
        {open && <ToolBody part={part} />}
      </details>
      <Ask id={id} part={part} settled={settled} />
      {notice !== '' && !saysAsk(part) && (
        <p className="card-notice" data-tone={tone} dir="auto">
          {notice}
        </p>
      )}
    </div>
  )
}

function ToolBody({ part }: { readonly part: AnyToolPart }) {
  const { input, output, instead } = toolDetails(part)
  return (
    <div className="card-body">
      <CardText label={texts.tool.input} text={input} growing={part.state === 'input-streaming'} />
      {output !== undefined && <CardText label={texts.tool.output} text={output} />}
      {instead !== '' && <p className="card-instead">{instead}</p>}
    </div>
  )
}
