import { countAfter } from '@streamfold/app-shared'
import { useMessageIds } from '@streamfold/react'
import { useEffect, useRef } from 'react'

/** How many messages came since the reader left the end. */
export function useUnread(following: boolean): number {
  const ids = useMessageIds()
  const read = useRef<string>(undefined)
  useEffect(() => {
    if (following) read.current = ids.at(-1)?.key
  }, [following, ids])

  return following ? 0 : countAfter(ids, read.current)
}
