import type { PartBlock } from '@streamfold/app-shared'
import { createPartBlocks, fetchSoon, followCitation, isSettled, sameParts } from '@streamfold/app-shared'
import { useMessage } from '@streamfold/react'
import { memo, useState } from 'react'
import { whenNeeded } from '../when-needed.ts'
import { FilePartView } from './file-part-view.tsx'
import { PartText } from './part-text.tsx'
import { Reasoning } from './reasoning.tsx'
import { Sources } from './sources.tsx'
import { Steered } from './steered.tsx'
import { ToolCard } from './tool-card.tsx'

const DataPartView = whenNeeded(fetchSoon(async () => (await import('./data-part-view.tsx')).DataPartView))
const AskAll = whenNeeded(fetchSoon(async () => (await import('./ask-all.tsx')).AskAll))

interface Props {
  readonly id: string
  /** The message grows before the reader's eyes. */
  readonly live: boolean
}

/** What a message is made of. Each part has a component, which renders again for that part only. */
export function MessageParts({ id, live }: Props) {
  const message = useMessage(id, { isEqual: sameParts })
  const [blocksOf] = useState(createPartBlocks)
  const blocks = message ? blocksOf(message) : []
  if (!message || blocks.length === 0) return null
  const settled = isSettled(message)
  return (
    <div
      className="parts"
      data-live={live || undefined}
      onClick={({ nativeEvent, currentTarget }) => followCitation(nativeEvent, currentTarget)}
    >
      {blocks.map((block, at) => (
        <Block key={block.key} id={id} block={block} settled={settled} writing={live && at === blocks.length - 1} />
      ))}
      {message.status === 'waiting' && <AskAll id={id} />}
    </div>
  )
}

interface BlockProps {
  readonly id: string
  readonly block: PartBlock
  readonly settled: boolean
  /** Text ends in a caret. */
  readonly writing: boolean
}

const Block = memo(function Block({ id, block, settled, writing }: BlockProps) {
  switch (block.kind) {
    case 'text':
      return <PartText id={id} index={block.index} type="text" writing={writing} />
    case 'reasoning':
      return <Reasoning id={id} index={block.index} part={block.part} settled={settled} />
    case 'tool':
      return <ToolCard id={id} part={block.part} settled={settled} />
    case 'sources':
      return <Sources sources={block.sources} />
    case 'file':
      return <FilePartView part={block.part} />
    case 'data':
      return <DataPartView part={block.part} />
    case 'steering':
      return <Steered id={block.id} />
    default:
      return block satisfies never
  }
})
