import type { DataPart } from '@streamfold/app-shared'
import { prettyJson, texts } from '@streamfold/app-shared'
import type { ComponentType } from 'react'
import { useState } from 'react'
import { CardText } from './card-text.tsx'
import { Chart } from './chart.tsx'
import { Progress } from './progress.tsx'

/** The components of the data parts that this app knows, by name. Their data comes from a model and may be incomplete: it is `unknown`. */
const dataParts: ReadonlyMap<string, ComponentType<{ readonly data: unknown }>> = new Map([
  ['chart', Chart],
  ['progress', Progress],
])

export function DataPartView({ part }: { readonly part: DataPart }) {
  const name = part.type.slice('data-'.length)
  const Known = dataParts.get(name)
  return (
    <div className="card" data-testid="part" data-type={part.type}>
      {Known ? <Known data={part.data} /> : <UnknownData name={name} data={part.data} />}
    </div>
  )
}

function UnknownData({ name, data }: { readonly name: string; readonly data: unknown }) {
  const [open, setOpen] = useState(false)
  return (
    <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <span className="card-title" dir="auto">
          {texts.data}: {name}
        </span>
      </summary>
      {open && (
        <div className="card-body">
          <CardText label={texts.data} text={prettyJson(data)} />
        </div>
      )}
    </details>
  )
}
