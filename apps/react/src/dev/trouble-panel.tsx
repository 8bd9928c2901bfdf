import { channelOf, currentPerson, texts } from '@streamfold/app-shared'
import { watchReaction } from '@streamfold/app-shared/page-reaction'
import { cause, endTrouble, troubles } from '@streamfold/app-shared/trouble'
import { useStore } from '@streamfold/react'
import { useEffect, useState } from 'react'

interface Props {
  readonly conversation: string
}

interface Line {
  readonly id: number
  readonly text: string
}

/** Causes faults on the local Ably, and shows how the page reacts. */
export function TroublePanel({ conversation }: Props) {
  const store = useStore()
  const [lines, setLines] = useState<readonly Line[]>([])
  const say = (text: string) => setLines((before) => [...before.slice(-30), { id: (before.at(-1)?.id ?? 0) + 1, text }])
  const whom = { clientId: currentPerson().clientId, channel: channelOf(conversation) }
  useEffect(() => watchReaction(store, say), [store])
  useEffect(() => () => void endTrouble(), [])

  return (
    <section className="trouble" id="trouble" data-testid="trouble-panel" aria-label={texts.troubleLabel}>
      <div className="trouble-head">
        <p className="trouble-lead">{texts.troubleLead}</p>
        <button type="button" data-testid="trouble-end" onClick={() => void endTrouble().then(say)}>
          {texts.endTrouble}
        </button>
      </div>
      <div className="trouble-kinds">
        {troubles.map((trouble) => (
          <button
            type="button"
            key={trouble.id}
            data-testid={`trouble-${trouble.id}`}
            onClick={() => void cause(trouble, whom).then(say)}
          >
            {trouble.label}
          </button>
        ))}
      </div>
      <div className="trouble-log" role="log" aria-label={texts.troubleLog} tabIndex={0} data-testid="trouble-log">
        {lines.toReversed().map(({ id, text }) => (
          <p key={id}>{text}</p>
        ))}
      </div>
    </section>
  )
}
