import type { TemplateResult } from 'lit'
import { html } from 'lit'
import type { Dock } from '../../dock.ts'

/** Pixels per press of an arrow key; four times as many with Shift and for the page keys. */
const STEP = 24

/** The edge between the page and a docked inspector: dragged, or moved with arrow keys; a double click or Enter restores the default size. */
export function grip(dock: Dock): TemplateResult {
  const below = dock.side === 'bottom'
  return html`<div
    class="grip"
    role="separator"
    tabindex="0"
    data-testid="grip"
    data-side=${dock.side}
    aria-label="Size of the inspector"
    aria-orientation=${below ? 'horizontal' : 'vertical'}
    aria-valuemin=${Math.round(dock.least)}
    aria-valuemax=${Math.round(dock.most)}
    aria-valuenow=${dock.size}
    aria-valuetext="${dock.size} pixels"
    @pointerdown=${hold}
    @pointermove=${(event: PointerEvent) => move(event, dock)}
    @dblclick=${() => dock.reset()}
    @keydown=${(event: KeyboardEvent) => press(event, dock)}
  ></div>`
}

function hold(event: PointerEvent): void {
  if (event.button !== 0) return
  const grip = event.currentTarget as HTMLElement // The listener is on the grip.
  grip.setPointerCapture(event.pointerId)
}

function move(event: PointerEvent, dock: Dock): void {
  const grip = event.currentTarget as HTMLElement // The listener is on the grip.
  if (!grip.hasPointerCapture(event.pointerId)) return
  dock.resize(dock.side === 'bottom' ? innerHeight - event.clientY : innerWidth - event.clientX)
}

function press(event: KeyboardEvent, dock: Dock): void {
  const next = sizeAfter(event, dock)
  if (next === undefined) return
  event.preventDefault()
  event.stopPropagation()
  if (next === 'own') dock.reset()
  else dock.resize(next)
}

function sizeAfter({ key, shiftKey }: KeyboardEvent, { size, least, most, side }: Dock): number | 'own' | undefined {
  const step = shiftKey ? STEP * 4 : STEP
  const [more, less] = side === 'bottom' ? ['ArrowUp', 'ArrowDown'] : ['ArrowLeft', 'ArrowRight']
  switch (key) {
    case more:
      return size + step
    case less:
      return size - step
    case 'PageUp':
      return size + STEP * 4
    case 'PageDown':
      return size - STEP * 4
    case 'Home':
      return least
    case 'End':
      return most
    case 'Enter':
      return 'own'
    default:
      return undefined
  }
}
