import { keepSize, keptSize } from './kept-size.ts'

/** A docked inspector: where it is, and how much of the window it takes. */
export interface Dock {
  /** Below the page; beside it if the window is wide and low, as on a telephone in landscape. */
  readonly side: 'bottom' | 'right'
  /** Pixels: the height below the page, the width beside it. */
  readonly size: number
  readonly least: number
  readonly most: number
  /** Changes the size, within its bounds, and remembers it. @param size in pixels */
  resize(size: number): void
  /** Returns to the default size. */
  reset(): void
  /** Removes the dock and gives the page its room back. */
  close(): void
}

/** In rem: the least room for the page, and the room that the default size leaves. */
const page = { bottom: { least: 13, chosen: 20 }, right: { least: 15, chosen: 20 } } as const
/** In rem. */
const least = { bottom: 9, right: 15 } as const
const most = 46

const lying = '(max-height: 30rem) and (min-width: 34rem)'

/**
 * Docks an element at the edge of the window and reserves its room: as padding of the body, and as `--streamfold-dock-height` and
 * `--streamfold-dock-width` on the root, for a page as high as the window.
 * @param changed called after its side or size has changed
 */
export function createDock(element: HTMLElement, changed: () => void): Dock {
  const { documentElement: root, body } = element.ownerDocument
  const lies = matchMedia(lying)
  const before = { bottom: body.style.paddingBottom, right: body.style.paddingRight }
  let wanted: number | undefined

  const side = () => (lies.matches ? 'right' : 'bottom')
  const rem = (count: number) => count * (Number.parseFloat(getComputedStyle(root).fontSize) || 16)
  const room = () => (side() === 'right' ? innerWidth : innerHeight)

  function bounds() {
    const low = rem(least[side()])
    return { least: low, most: Math.max(low, room() - rem(page[side()].least)) }
  }
  function size(): number {
    const chosen = Math.min(room() * 0.52, room() - rem(page[side()].chosen), rem(most))
    const { least, most: high } = bounds()
    return Math.round(Math.min(Math.max(wanted ?? chosen, least), high))
  }
  function place(): void {
    const [height, width] = side() === 'right' ? [0, size()] : [size(), 0]
    root.style.setProperty('--streamfold-dock-height', `${height}px`)
    root.style.setProperty('--streamfold-dock-width', `${width}px`)
    const below = side() === 'bottom'
    element.style.inset = below ? 'auto 0 0' : '0 0 0 auto'
    element.style.height = below ? 'var(--streamfold-dock-height)' : '100dvh'
    element.style.width = below ? 'auto' : 'var(--streamfold-dock-width)'
    changed()
  }
  function choose(): void {
    wanted = keptSize(side())
    place()
  }

  element.style.cssText = 'position: fixed; z-index: 2147483000; min-height: 0'
  body.style.paddingBottom = 'var(--streamfold-dock-height)'
  body.style.paddingRight = 'var(--streamfold-dock-width)'
  lies.addEventListener('change', choose)
  addEventListener('resize', place)
  choose()

  return {
    get side() {
      return side()
    },
    get size() {
      return size()
    },
    get least() {
      return bounds().least
    },
    get most() {
      return bounds().most
    },
    resize(next) {
      wanted = next
      wanted = size()
      keepSize(side(), wanted)
      place()
    },
    reset() {
      wanted = undefined
      keepSize(side(), undefined)
      place()
    },
    close() {
      lies.removeEventListener('change', choose)
      removeEventListener('resize', place)
      body.style.paddingBottom = before.bottom
      body.style.paddingRight = before.right
      root.style.removeProperty('--streamfold-dock-height')
      root.style.removeProperty('--streamfold-dock-width')
    },
  }
}
