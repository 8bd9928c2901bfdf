import type { TimelineCanvas } from './timeline-canvas.ts'

export interface PointerActions {
  /** The place of the cursor on the axis; undefined if it is not drawn. */
  cursorPlace(): number | undefined
  /** Moves the cursor. @param place on the axis */
  scrub(place: number): void
  pan(by: number): void
  zoom(factor: number, anchor: number): void
}

/** Pixels that a click may move, and from which the cursor can be grabbed. */
const NEAR = 5

/** Handles the pointer: the wheel zooms, a drag moves the picture, a drag of the cursor or along the axis scrubs, a click sets the cursor. @returns stops listening */
export function listenToPointer(element: HTMLCanvasElement, canvas: TimelineCanvas, act: PointerActions): () => void {
  let drag: { readonly id: number; readonly from: number; last: number; scrubs: boolean; moved: boolean } | undefined

  const down = (event: PointerEvent) => {
    const place = canvas.placeUnder(event)
    if (place === undefined || event.button !== 0) return
    const cursor = act.cursorPlace()
    const held = cursor !== undefined && Math.abs(cursor - place) <= canvas.perPixel() * NEAR
    const scrubs = held || canvas.overAxis(event)
    drag = { id: event.pointerId, from: event.clientX, last: event.clientX, scrubs, moved: false }
    element.setPointerCapture(event.pointerId)
  }
  const move = (event: PointerEvent) => {
    if (!drag || drag.id !== event.pointerId) return
    if (Math.abs(event.clientX - drag.from) > NEAR) drag.moved = true
    const place = canvas.placeUnder(event)
    if (drag.scrubs && place !== undefined) act.scrub(place)
    else if (drag.moved) act.pan((drag.last - event.clientX) * canvas.perPixel())
    drag.last = event.clientX
  }
  const up = (event: PointerEvent) => {
    if (!drag || drag.id !== event.pointerId) return
    const place = canvas.placeUnder(event)
    if (!drag.moved && place !== undefined) act.scrub(place)
    drag = undefined
  }
  const cancel = () => void (drag = undefined)
  const wheel = (event: WheelEvent) => {
    const anchor = canvas.placeUnder(event)
    if (anchor === undefined) return
    event.preventDefault()
    const sideways = event.shiftKey ? event.deltaY : event.deltaX
    if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY)) act.pan(sideways * canvas.perPixel())
    else act.zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) * 0.004), anchor)
  }
  element.addEventListener('pointerdown', down)
  element.addEventListener('pointermove', move)
  element.addEventListener('pointerup', up)
  element.addEventListener('pointercancel', cancel)
  element.addEventListener('wheel', wheel, { passive: false })
  return () => {
    element.removeEventListener('pointerdown', down)
    element.removeEventListener('pointermove', move)
    element.removeEventListener('pointerup', up)
    element.removeEventListener('pointercancel', cancel)
    element.removeEventListener('wheel', wheel)
  }
}
