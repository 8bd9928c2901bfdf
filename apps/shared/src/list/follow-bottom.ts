import { keepPlace } from './keep-place.ts'

/** How near the end, in pixels, a reader must come back to read along again. */
const near = 48

export interface FollowBottom {
  /** Goes to the end and follows it again. */
  jump(): void
  /** Keeps what is read in its place; to be called when rows have come or gone. */
  hold(): void
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
  // The style sheet then has the browser itself hold the end, where it can: what moves with a script's scrolling would count
  // as a shift of the layout.
  const mark = () => view.toggleAttribute('data-following', following)
  const onScroll = () => {
    // Laid out anew in another width or height: where it stands then is no doing of the reader.
    if (size[0] !== view.clientWidth || size[1] !== view.clientHeight) return hold()
    const fromEnd = view.scrollHeight - view.clientHeight - view.scrollTop
    // Growth moves the end away, and shrinking moves the view, without any doing of the reader.
    if (fromEnd < 1 || (view.scrollTop > lastTop && fromEnd <= near)) set(following || isEnd(view))
    else if (view.scrollTop < lastTop) set(false)
    lastTop = view.scrollTop
    // To know the place costs a layout, which who reads the end needs not.
    if (!following) place.mark()
  }
  // Before its first scroll event, or text that comes in between would pull the reader back.
  const onWheel = ({ deltaY }: WheelEvent) => {
    if (deltaY < 0 && view.scrollTop > 0) set(false)
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
      observer.disconnect()
    },
  }
}

/** Whether the last row of the page is the last of the list. */
function isEnd(view: HTMLElement): boolean {
  return !view.querySelector('[data-more-below]')
}
