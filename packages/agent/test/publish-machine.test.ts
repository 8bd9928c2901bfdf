import { getShortestPaths } from 'xstate/graph'
import { describe, expect, it } from 'vitest'
import type { PublishEffect, PublishEvent } from '../src/publish/publish-machine.ts'
import { publishMachine } from '../src/publish/publish-machine.ts'
import type { PublishStep } from '../src/publish/publish-step.ts'
import { firstStep, nextStep } from '../src/publish/publish-step.ts'

const events = publishMachine.events as PublishEvent['type'][] // What the machine says it knows.

/** Every step from every place that can be reached. */
function everyStep(): { from: PublishStep; event: PublishEvent['type']; to: PublishStep }[] {
  const steps: { from: PublishStep; event: PublishEvent['type']; to: PublishStep }[] = []
  const places = new Map([[firstStep().place, firstStep()]])
  for (const from of places.values()) {
    for (const event of events) {
      const to = nextStep(from, event)
      steps.push({ from, event, to })
      if (!places.has(to.place)) places.set(to.place, to)
    }
  }
  return steps
}

describe('publishMachine', () => {
  it('reaches all its states, and from each the end', () => {
    const paths = getShortestPaths(publishMachine)
    const reached = new Set(paths.map(({ state }) => JSON.stringify(state.value)))
    expect(reached).toEqual(
      new Set(
        [
          { opening: 'asking' },
          { opening: 'resting' },
          { streaming: 'whole' },
          { streaming: 'mending' },
          { streaming: 'resting' },
          'flushing',
          { repairing: 'mending' },
          { repairing: 'resting' },
          { repairing: 'lost' },
          'closed',
        ].map((value) => JSON.stringify(value)),
      ),
    )
    for (const { state } of paths) {
      const ends = getShortestPaths(publishMachine, { fromState: state, toState: (end) => end.matches('closed') })
      expect(ends.length, JSON.stringify(state.value)).toBeGreaterThan(0)
    }
  })

  it('performs nothing itself: effects are data', () => {
    expect(firstStep()).toMatchObject({ place: 'opening.asking', effects: ['open'] })
    expect(nextStep(firstStep(), 'message.opened')).toMatchObject({ place: 'streaming.whole', effects: [] })
  })

  // Paths as long as it takes for every step to follow every other.
  it('keeps its promises on every path of six events', () => {
    let paths = 0
    const walk = (step: PublishStep, depth: number, done: Record<PublishEffect, number>, repairing: boolean): void => {
      paths++
      for (const effect of step.effects) done = { ...done, [effect]: done[effect] + 1 }
      // One repair at a time: none is called before the last was answered.
      const calls = step.effects.includes('update')
      expect(calls && repairing).toBe(false)
      expect(done.append + done.keep).toBeLessThanOrEqual(1)
      expect(done.close).toBe(step.place === 'closed' ? 1 : 0)
      // The source is stopped once, and after that nothing is written.
      expect(done.stop).toBeLessThanOrEqual(1)
      if (done.stop > 0) expect(step.place).toMatch(/lost$|closed$/)
      // A pause is waited for in the states that rest, a repair in those that mend.
      if (step.effects.includes('pause')) expect(step.place).toMatch(/resting$/)
      if (calls) expect(step.place).toMatch(/mending$/)
      if (depth === 0) return
      for (const event of events) {
        const next = nextStep(step, event)
        if (next === step || (next.place === step.place && next.effects.length === 0)) continue
        walk(next, depth - 1, done, (repairing || calls) && !event.startsWith('repair.'))
      }
    }
    walk(firstStep(), 6, { open: 0, append: 0, keep: 0, update: 0, pause: 0, stop: 0, close: 0 }, false)
    expect(paths).toBeGreaterThan(200)
  })

  it('sends the last append exactly when the source has ended, and nothing after the end', () => {
    for (const { from, event, to } of everyStep()) {
      const ends = event === 'source.ended' && from.place.startsWith('streaming')
      const damaged = from.place === 'streaming.resting'
      expect(to.effects.includes('append'), `${from.place} ${event}`).toBe(ends && !damaged)
      expect(to.effects.includes('keep'), `${from.place} ${event}`).toBe(ends && damaged)
      if (from.place === 'closed') expect(to).toMatchObject({ place: 'closed', effects: [] })
    }
  })
})
