import { fitted, onAxis } from '../model/viewport.ts'
import type { Axis } from '../model/viewport.ts'
import type { Entry } from '../model/entry.ts'
import type { KeyAction } from './keyboard.ts'
import { nextIn, nextTrouble } from './list/next-event.ts'
import type { Stage } from './stage/stage.ts'

/** Moves the cursor and the picture. */
export interface Moves {
  fit(): void
  follow(): void
  chooseAxis(axis: Axis): void
  act(action: KeyAction): void
}

export interface MovesOptions {
  readonly stage: Stage
  /** The listed events; keys step through them. */
  readonly rows: () => readonly Entry[]
  readonly select: (index: number | undefined) => void
}

export function createMoves({ stage, rows, select }: MovesOptions): Moves {
  const timeline = () => stage.inspection.timeline
  const selectIf = (index: number | undefined) => {
    if (index !== undefined) select(index)
  }
  const moves: Moves = {
    fit: () => void (stage.viewport = fitted(stage.viewport, timeline())),
    follow: () => void (stage.viewport = { ...stage.viewport, following: !stage.viewport.following }),
    chooseAxis: (axis) => void (stage.viewport = onAxis(stage.viewport, axis, timeline())),
    act(action) {
      const { cursor } = stage.inspection
      switch (action.type) {
        case 'step':
          return selectIf(nextIn(rows(), cursor, action.by))
        case 'trouble':
          return selectIf(nextTrouble(timeline().entries, cursor, action.to === 'before' ? -1 : 1))
        case 'first':
          return select(timeline().first)
        case 'present':
          return select(undefined)
        case 'pan':
          return stage.pan(action.part)
        case 'zoom':
          return stage.zoom(action.factor)
        case 'fit':
          return moves.fit()
        case 'follow':
          return moves.follow()
        default:
          action satisfies never
      }
    },
  }
  return moves
}
