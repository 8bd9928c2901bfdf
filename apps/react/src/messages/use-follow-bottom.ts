import type { FollowBottom } from '@streamfold/app-shared'
import { followBottom } from '@streamfold/app-shared'
import { useCallback, useEffect, useRef, useState } from 'react'

/** Follows the end of `view` until the reader scrolls up. */
export function useFollowBottom() {
  const view = useRef<HTMLElement>(null)
  const follow = useRef<FollowBottom>(undefined)
  const [following, setFollowing] = useState(true)

  useEffect(() => {
    const started = followBottom(view.current!, setFollowing)
    follow.current = started
    return () => started.stop()
  }, [])

  return {
    view,
    following,
    jump: useCallback(() => follow.current?.jump(), []),
    hold: useCallback(() => follow.current?.hold(), []),
  }
}
