import type { AgentHealth } from '@streamfold/app-shared'
import { describeAgent, watchAgent } from '@streamfold/app-shared'
import { useEffect, useState } from 'react'

export function ModelLine() {
  const [health, setHealth] = useState<AgentHealth>({ state: 'unknown' })
  useEffect(() => watchAgent(setHealth), [])

  return (
    <p className="model" data-testid="model" data-state={health.state}>
      {describeAgent(health)}
    </p>
  )
}
