import { keepPlace } from './keep-place.ts'

/** How near the end, in pixels, counts as reading along. */
const near = 48

export interface FollowBottom {
  /** Goes to the end and follows it again. */
  jump(): void
  stop(): void
}

/**
 * Keeps the end of a growing text in sight until the reader scrolls up, and again once they come back.
 *
 * @param view the element that scrolls; its first child holds what grows. Before there is a message it is left alone.
 * @param onChange told whether the end is followed.
 */
export function followBottom(view: HTMLElement, onChange: (following: boolean) => void): FollowBottom {
  let following = true
  let lastTop = 0
  const holdPlace = keepPlace(view)

  const toEnd = () => {
    view.scrollTop = view.scrollHeight
    lastTop = view.scrollTop
  }
  const set = (next: boolean) => {
    if (next === following) return
    following = next
    onChange(next)
  }
  const onScroll = () => {
    const fromEnd = view.scrollHeight - view.clientHeight - view.scrollTop
    // Growth moves the end away without any doing of the reader: only a move upwards is theirs.
    if (fromEnd <= near) set(true)
    else if (view.scrollTop < lastTop) set(false)
    lastTop = view.scrollTop
  }
  const observer = new ResizeObserver(() => {
    holdPlace()
    if (following && view.querySelector('[data-serial]')) toEnd()
  })

  view.addEventListener('scroll', onScroll, { passive: true })
  observer.observe(view)
  if (view.firstElementChild) observer.observe(view.firstElementChild)

  return {
    jump() {
      set(true)
      toEnd()
    },
    stop() {
      view.removeEventListener('scroll', onScroll)
      observer.disconnect()
    },
  }
}
