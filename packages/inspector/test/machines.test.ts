import { createStore } from '@streamfold/core'
import type { InspectionEvent } from 'xstate'
import { expect, it, vi } from 'vitest'
import { mirrorMachines } from '@streamfold/inspector'
import { machineGraphs } from '../src/model/machine-graph.ts'
import { timelineOf } from '../src/model/read-timeline.ts'
import { live, story, storyLog } from './story.ts'

it('draws the machines from their own definitions', () => {
  const { channel, status, continuity } = machineGraphs()
  expect(channel.states).toEqual([
    'detached',
    'attaching',
    'hydrating',
    'live',
    'interrupted.whole',
    'interrupted.partial',
    'recovering',
    'suspended',
    'failed',
  ])
  expect(channel.steps).toContainEqual({ from: 'live', to: 'recovering', event: 'channel.begun' })
  expect(channel.steps).toContainEqual({ from: 'interrupted.whole', to: 'live', event: 'channel.resumed' })
  expect(channel.steps.some(({ from, to }) => from === to)).toBe(false)
  expect(status.steps).toContainEqual({ from: 'stalled', to: 'abandoned', event: 'silence.abandoned' })
  expect(continuity.steps).toEqual([
    { from: 'contiguous', to: 'gapped', event: 'stream.lost' },
    { from: 'gapped', to: 'contiguous', event: 'stream.based' },
  ])
})

it('gives the machine’s own event for every step of a log', () => {
  const { channel, status, continuity } = machineGraphs()
  const { entries } = timelineOf(storyLog())
  const known = { channel: channel.steps, status: status.steps, continuity: continuity.steps }
  const steps = entries.flatMap(({ changes }) => changes).filter(({ event, from }) => event !== undefined && from !== undefined)
  expect(steps.length).toBeGreaterThan(6)
  for (const { track, from, to, event } of steps) {
    if (track !== 'connection') expect(known[track]).toContainEqual({ from, to, event })
  }
})

it('mirrors them for the Stately inspector, as actors that go where the store goes', () => {
  vi.useFakeTimers()
  const store = createStore({ log: true })
  const seen: InspectionEvent[] = []
  store.dispatch(story.slice(0, 8))
  const stop = mirrorMachines(store, { inspect: (event) => void seen.push(event), every: 50 })
  const snapshots = () =>
    seen
      .filter((event) => event.type === '@xstate.snapshot')
      .map(({ snapshot }) => ('value' in snapshot ? snapshot.value : undefined))
  expect(seen.filter(({ type }) => type === '@xstate.actor')).toHaveLength(2)
  expect(snapshots()).toContainEqual('live')
  store.dispatch(story.slice(8, 16))
  vi.advanceTimersByTime(50)
  expect(snapshots()).toContainEqual({ interrupted: 'whole' })
  expect(snapshots().at(-1)).toEqual({ status: 'complete', continuity: 'contiguous' })
  stop()
  const { length } = seen
  store.dispatch(live('create', 'w1', '', { serial: 's2' }))
  vi.advanceTimersByTime(500)
  expect(seen.length).toBe(length)
  vi.useRealTimers()
})

it('begins to mirror where a bounded log begins', () => {
  vi.useFakeTimers()
  const store = createStore({ log: { limit: 4 } })
  store.dispatch(story.slice(0, 8))
  const seen: InspectionEvent[] = []
  const stop = mirrorMachines(store, { inspect: (event) => void seen.push(event) })
  store.dispatch(story[8]!)
  vi.advanceTimersByTime(100)
  const last = seen.findLast((event) => event.type === '@xstate.snapshot')
  expect(last?.type === '@xstate.snapshot' && 'value' in last.snapshot && last.snapshot.value).toEqual({ interrupted: 'whole' })
  stop()
  vi.useRealTimers()
})
