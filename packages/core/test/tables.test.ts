import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { transition } from 'xstate'
import { getAdjacencyMap, getShortestPaths } from 'xstate/graph'
import type { ConversationEvent } from '@streamfold/core'
import type { ChannelEvent, ContinuityEvent, ResponseEvent } from '@streamfold/core/machines'
import { channelMachine, responseMachine } from '@streamfold/core/machines'
import { selectEffects } from '@streamfold/core/transport'
import { machinesPage } from '../generate/machines-page.ts'
import { machineTables } from '../generate/tables.ts'
import { stepContinuity, stepStatus } from '../src/fold/lifecycle.ts'
import type { Continuity, ResponseStatus } from '../src/protocol/message.ts'
import { fold } from './build.ts'

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8')

describe('the generated tables equal the machines', () => {
  it('the tables', () => {
    const squeeze = (text: string) => text.replaceAll(/[\s,|;]+/g, '')
    expect(squeeze(read('src/fold/machine-tables.ts'))).toBe(squeeze(machineTables()))
  })

  it('the diagrams', () => {
    expect(read('MACHINES.md')).toBe(machinesPage())
  })
})

describe('every transition of the machines, by paths through their graphs', () => {
  it('of responseMachine: the fold steps as it does', () => {
    const states = Object.values(getAdjacencyMap(responseMachine, {})).map(({ state }) => state)
    for (const state of states) {
      const { status, continuity } = state.value as { status: ResponseStatus; continuity: Continuity } // Its two regions.
      for (const type of responseMachine.events as ResponseEvent['type'][]) {
        const [next] = transition(responseMachine, state, { type })
        // An event of the one region changes nothing in the other.
        const after = isOfContinuity(type)
          ? { status, continuity: stepContinuity(continuity, type) }
          : { status: stepStatus(status, type), continuity }
        expect(after).toEqual(next.value)
      }
    }
    expect([states.length, responseMachine.events.length]).toEqual([16, 11])
  })

  it('of channelMachine: a conversation with the same events has the same state and effects', () => {
    const paths = getShortestPaths(channelMachine)
    const reached = new Set<string>()
    for (const path of paths) {
      // The path ends in the state; from there, every event once.
      for (const type of channelMachine.events) {
        const types = [...path.steps.map(({ event }): string => event.type).filter((each) => each !== 'xstate.init'), type]
        const { place, effects } = run(types)
        const conversation = fold([{ type: 'tick', now: 1 }, ...types.flatMap(asEvents)])
        expect(conversation.context.channel.place, types.join(' → ')).toBe(place)
        expect(selectEffects(conversation).length > 0, types.join(' → ')).toBe(effects)
        reached.add(place)
      }
    }
    expect(reached.size).toBe(9)
  })
})

function isOfContinuity(type: ResponseEvent['type']): type is ContinuityEvent {
  return type.startsWith('stream.')
}

/** Runs the machine itself: its last state, and whether it asks for history there. */
function run(types: readonly string[]): { place: string; effects: boolean } {
  let state = channelMachine.resolveState({ value: 'detached', context: {} })
  for (const type of types) [state] = transition(channelMachine, state, { type } as ChannelEvent) // From the machine's own list.
  const place = typeof state.value === 'string' ? state.value : `interrupted.${state.value.interrupted}`
  return { place, effects: place === 'hydrating' || place === 'recovering' }
}

let now = 1

function asEvents(type: string): readonly ConversationEvent[] {
  switch (type) {
    case 'channel.resumed':
      return [{ type: 'channel', state: 'attached', resumed: true }]
    case 'channel.begun':
      return [{ type: 'channel', state: 'attached', resumed: false }]
    case 'connection.lost':
      return [{ type: 'connection', state: 'disconnected' }]
    case 'history.loaded':
      return [{ type: 'history', state: 'loaded' }]
    case 'history.retry':
      return [
        { type: 'history', state: 'failed', error: 'once' },
        { type: 'tick', now: (now += 1_000_000) },
      ]
    default:
      return [{ type: 'channel', state: type.replace('channel.', '') as 'attaching' | 'detached' | 'suspended' | 'failed' }] // The events that are left.
  }
}
