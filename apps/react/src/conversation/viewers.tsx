import { channelOf, currentPerson, pageConfig, texts } from '@streamfold/app-shared'
import type { Viewer } from '@streamfold/app-shared/viewers'
import { watchViewers } from '@streamfold/app-shared/viewers'
import { useAbly } from 'ably/react'
import { useEffect, useState } from 'react'

interface Props {
  readonly conversation: string
}

/** Other people with the conversation open. */
export function Viewers({ conversation }: Props) {
  const ably = useAbly()
  const [viewers, setViewers] = useState<readonly Viewer[]>([])
  useEffect(
    () => watchViewers(ably.channels.get(channelOf(conversation)), currentPerson().clientId, pageConfig().app, setViewers),
    [ably, conversation],
  )
  if (viewers.length === 0) return null

  return (
    <ul className="viewers" data-testid="viewers" aria-label={texts.viewersLabel}>
      {viewers.map(({ clientId, initials, label }) => (
        <li key={clientId} className="viewer" title={label}>
          <span aria-hidden="true">{initials}</span>
          <span className="unseen">{label}</span>
        </li>
      ))}
    </ul>
  )
}
