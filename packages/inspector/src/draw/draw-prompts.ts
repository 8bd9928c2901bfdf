import type { Entry } from '../model/entry.ts'
import { countBefore } from '../model/viewport.ts'
import type { Picture } from './picture.ts'
import { xOfIndex } from './picture.ts'
import { circle, cross } from './shapes.ts'

/** Draws all prompts in one row. */
export function drawPrompts(picture: Picture): void {
  const { context, palette, layout, timeline } = picture
  const { top, height } = layout.prompts
  context.globalAlpha = 1
  context.fillStyle = palette.soft
  context.font = `11px ${palette.font}`
  context.textBaseline = 'middle'
  context.fillText('prompts', 10, top + height / 2)
  for (const lane of timeline.lanes.values()) {
    if (lane.role !== 'user') continue
    for (const { kind, index } of lane.marks) {
      const x = xOfIndex(picture, index)
      if (kind === 'create' && x >= layout.left && x <= layout.width)
        circle(context, x, top + height / 2, 3, palette.ink, undefined)
    }
  }
  for (const { kind, index } of rejected(picture)) {
    const x = xOfIndex(picture, index)
    if (x >= layout.left) cross(context, x, top + height / 2, 3, kind === 'rejected' ? palette.bad : palette.soft)
  }
}

/** Events without a message: messages that were ignored, and cancels. */
function rejected({ timeline, viewport }: Picture): readonly Entry[] {
  const { axis, from, to } = viewport
  const place = (value: number) =>
    axis === 'time' ? countBefore(timeline, value) : Math.max(0, Math.floor(value) - timeline.first)
  return timeline.entries.slice(place(from), place(to) + 1).filter(({ kind }) => kind === 'rejected' || kind === 'cancel')
}
