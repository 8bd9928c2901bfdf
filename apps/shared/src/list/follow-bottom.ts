import { keepPlace } from './keep-place.ts'

/** How near the end, in pixels, a reader must come back to read along again. */
const near = 48

export interface FollowBottom {
  /** Goes to the end and follows it again. */
  jump(): void
  /** Keeps the reader's place; call it after rows were added or removed. */
  hold(): void
  stop(): void
}

/**
 * Keeps the end of a growing text in sight until the reader scrolls up or edits a prompt, and again once they come back.
 *
 * @param view the element that scrolls; its first child contains the growing text. It is left alone before there is a message.
 * @param onChange called with whether the end is followed
 */
export function followBottom(view: HTMLElement, onChange: (following: boolean) => void): FollowBottom {
  let following = true
  let lastTop = 0
  let size = [0, 0]
  const place = keepPlace(view)

  const toEnd = () => {
    view.scrollTop = view.scrollHeight
    lastTop = view.scrollTop
  }
  const set = (next: boolean) => {
    if (next === following) return
    following = next
    mark()
    onChange(next)
  }
  // The style sheet then makes the browser itself keep the end, where it can: a move by a script's scrolling would count
  // as a layout shift.
  const mark = () => view.toggleAttribute('data-following', following)
  const onScroll = () => {
    // After a layout with another width or height, the new position is not the reader's choice.
    if (size[0] !== view.clientWidth || size[1] !== view.clientHeight) return hold()
    const fromEnd = view.scrollHeight - view.clientHeight - view.scrollTop
    // Growth and shrinking move the view without an action of the reader.
    if (fromEnd < 1 || (view.scrollTop > lastTop && fromEnd <= near)) set(following || isEnd(view))
    else if (view.scrollTop < lastTop) set(false)
    lastTop = view.scrollTop
    // Reading the position forces a layout, and a reader at the end does not need it.
    if (!following) place.mark()
  }
  // Before its first scroll event; otherwise text that arrives in between would pull the reader back.
  const onWheel = ({ deltaY }: WheelEvent) => {
    if (deltaY < 0 && view.scrollTop > 0) set(false)
  }
  // Its author reads where the prompt is; the end would push it out of sight while it grows.
  const onFocus = ({ target }: FocusEvent) => {
    if (!(target instanceof Element) || !target.closest('.prompt-editor')) return
    place.mark()
    set(false)
  }
  const hold = () => {
    if (!following) place.hold()
    else if (view.querySelector('[data-serial]')) toEnd()
    lastTop = view.scrollTop
    size = [view.clientWidth, view.clientHeight]
  }
  const observer = new ResizeObserver(hold)

  mark()
  view.addEventListener('scroll', onScroll, { passive: true })
  view.addEventListener('wheel', onWheel, { passive: true })
  view.addEventListener('focusin', onFocus)
  observer.observe(view)
  if (view.firstElementChild) observer.observe(view.firstElementChild)

  return {
    hold,
    jump() {
      set(true)
      toEnd()
    },
    stop() {
      view.removeEventListener('scroll', onScroll)
      view.removeEventListener('wheel', onWheel)
      view.removeEventListener('focusin', onFocus)
      observer.disconnect()
    },
  }
}

/** Whether the last row of the page is the last of the list. */
function isEnd(view: HTMLElement): boolean {
  return !view.querySelector('[data-more-below]')
}
