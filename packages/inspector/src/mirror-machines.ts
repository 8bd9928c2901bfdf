import type { Store } from '@streamfold/core'
import { channelMachine, responseMachine } from '@streamfold/core/machines'
import type { AnyActorRef, InspectionEvent, Observer } from 'xstate'
import { createActor } from 'xstate'
import { createInspection } from './inspection.ts'
import { nest } from './model/machine-graph.ts'
import type { Lane } from './model/timeline.ts'
import type { Track } from './model/track.ts'

export interface MirrorOptions {
  /** The `inspect` of `@statelyai/inspect`, or of any other observer of XState's inspection events. */
  readonly inspect: Observer<InspectionEvent> | ((event: InspectionEvent) => void)
  /** Milliseconds between two reads of the log. Default 100. */
  readonly every?: number
}

/**
 * Runs the core's machines beside a store, as actors that repeat the steps of its log, for the Stately inspector. The fold itself runs
 * no machine.
 * @param store a store with a log
 * @returns stops it
 */
export function mirrorMachines(store: Store, { inspect, every = 100 }: MirrorOptions): () => void {
  const inspection = createInspection()
  const actors = new Map<string, AnyActorRef>()
  let seen = 0
  inspection.look(store, undefined)

  function channel(from: string): AnyActorRef {
    const snapshot = channelMachine.resolveState({ value: nest(from), context: {} })
    return actorOf('channel', () => createActor(channelMachine, { inspect, snapshot, systemId: 'channel' }))
  }
  function response({ serial, status, continuity }: Lane): AnyActorRef {
    const value = { status: startOf(status) ?? 'streaming', continuity: startOf(continuity) ?? 'contiguous' }
    const snapshot = responseMachine.resolveState({ value, context: {} })
    return actorOf(serial, () => createActor(responseMachine, { inspect, snapshot, systemId: `response ${serial}` }))
  }
  function actorOf(name: string, create: () => AnyActorRef): AnyActorRef {
    let actor = actors.get(name)
    if (!actor) {
      actors.set(name, (actor = create()))
      actor.start()
    }
    return actor
  }
  function mirror(): void {
    inspection.read(Infinity, () => 0)
    const { timeline } = inspection
    for (const { changes } of timeline.entries.slice(Math.max(0, seen - timeline.first))) {
      for (const { track, serial, from = '', event: type } of changes) {
        const lane = serial === undefined ? undefined : timeline.lanes.get(serial)
        if (type === undefined) continue
        if (track === 'channel') channel(from).send({ type })
        else if (lane?.role === 'assistant') response(lane).send({ type })
      }
    }
    seen = timeline.next
  }

  mirror()
  const timer = setInterval(mirror, every)
  return () => {
    clearInterval(timer)
    for (const actor of actors.values()) actor.stop()
  }
}

/** The state before the log's first event; undefined for a lifecycle that starts in the log. */
function startOf([first]: Track): string | undefined {
  return first?.event === undefined ? first?.value : undefined
}
