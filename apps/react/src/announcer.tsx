import { announceIn } from '@streamfold/app-shared/announce-in'
import { useStore } from '@streamfold/react'
import { useEffect, useRef } from 'react'

/** Announces visible changes to a screen reader. */
export function Announcer() {
  const region = useRef<HTMLDivElement>(null)
  const store = useStore()
  useEffect(() => announceIn(region.current!, store), [store])

  return <div ref={region} className="unseen" role="status" />
}
