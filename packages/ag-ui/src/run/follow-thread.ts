import type { Interrupt } from '@ag-ui/core'
import { isRunning } from '@streamfold/client'
import type { Message } from '@streamfold/core'
import { selectConnectionStatus, selectPath } from '@streamfold/core'
import { entriesOf } from '../shown/entries-of.ts'
import type { Entry } from '../shown/entry.ts'
import type { Thread } from '../thread.ts'
import { askedOfPage } from './interrupts.ts'
import { isExpected } from './progress.ts'

/** Options of `followThread`. */
export interface FollowOptions {
  /** Whether nothing runs, and nothing is about to. */
  readonly isIdle: () => boolean
  /** Follows what goes on, until it has ended. */
  readonly connect: () => Promise<unknown>
  /** Shows the conversation between two runs, with what this client may answer of it. */
  readonly show: (entries: readonly Entry[], interrupts: readonly Interrupt[]) => void
  /** Receives why `connect` failed. */
  readonly onError: (error: unknown) => void
}

/** A thread that is followed between runs. */
export interface Following {
  /** Called when a run has ended: what it has shown may not be the last. */
  look(): void
  stop(): void
}

export function followThread({ conversation, retain }: Thread, { isIdle, connect, show, onError }: FollowOptions): Following {
  const { store } = conversation
  const release = retain()
  let shown: readonly Message[] | undefined
  let isOver = false
  /** A run was refused by the page: it would be refused again with each token. */
  let isRefused = false

  function look(): void {
    const state = store.getState()
    if (isOver || !isIdle() || selectConnectionStatus(state) !== 'live') return
    const head = conversation.head(state)
    const path = selectPath(state, head)
    if (path.some(isRunning) || isExpected(state, head)) {
      shown = undefined
      if (!isRefused) connect().catch(refuse)
    } else if (path !== shown) {
      shown = path
      isRefused = false
      const entries = entriesOf(path)
      show(entries, askedOfPage(state, entries, conversation).interrupts)
    }
  }

  function refuse(error: unknown): void {
    isRefused = true
    onError(error)
  }

  const unsubscribe = store.subscribe(look)
  look()
  return {
    look() {
      shown = undefined
      look()
    },
    stop() {
      if (isOver) return
      isOver = true
      unsubscribe()
      release()
    },
  }
}
