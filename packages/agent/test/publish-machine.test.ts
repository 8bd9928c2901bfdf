import { readFileSync } from 'node:fs'
import { initialTransition } from 'xstate'
import { getShortestPaths } from 'xstate/graph'
import { describe, expect, it } from 'vitest'
import { takeStep } from '@streamfold/core/transport'
import { publishMachine } from '../generate/publish-machine.ts'
import { publishTableText } from '../generate/publish-table.ts'
import type { PublishAction, PublishPlace, PublishStepEvent } from '../src/publish/repair/publish-table.ts'
import { publishTable } from '../src/publish/repair/publish-table.ts'

const events = publishMachine.events as PublishStepEvent[] // What the machine says it knows.

interface PublishStep {
  readonly place: PublishPlace
  readonly effects: readonly PublishAction[]
}

const firstStep = (): PublishStep => ({ place: 'opening.creating', effects: ['create'] })

function nextStep({ place }: PublishStep, event: PublishStepEvent): PublishStep {
  const [to, ...effects] = takeStep(publishTable, place, event)
  return { place: to, effects }
}

/** Every step from every place that can be reached. */
function everyStep(): { from: PublishStep; event: PublishStepEvent; to: PublishStep }[] {
  const steps: { from: PublishStep; event: PublishStepEvent; to: PublishStep }[] = []
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
  it('is what the generated table says', () => {
    const squeeze = (text: string) => text.replaceAll(/[\s,|;]+/g, '')
    const written = readFileSync(new URL('../src/publish/repair/publish-table.ts', import.meta.url), 'utf8')
    expect(squeeze(written)).toBe(squeeze(publishTableText()))
  })

  it('reaches all its states, and from each the end', () => {
    const paths = getShortestPaths(publishMachine)
    const reached = new Set(paths.map(({ state }) => JSON.stringify(state.value)))
    expect(reached).toEqual(
      new Set(
        [
          { opening: 'creating' },
          { opening: 'pausing' },
          { streaming: 'intact' },
          { streaming: 'updating' },
          { streaming: 'pausing' },
          'flushing',
          { repairing: 'updating' },
          { repairing: 'pausing' },
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
    const [state, actions] = initialTransition(publishMachine)
    expect([state.value, actions.map(({ type }) => type)]).toEqual([{ opening: 'creating' }, firstStep().effects])
    expect(nextStep(firstStep(), 'create.accepted')).toEqual({ place: 'streaming.intact', effects: [] })
  })

  // Paths as long as it takes for every step to follow every other.
  it('keeps its promises on every path of six events', () => {
    let paths = 0
    const walk = (step: PublishStep, depth: number, done: Record<PublishAction, number>, repairing: boolean): void => {
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
      if (step.effects.includes('pause')) expect(step.place).toMatch(/pausing$/)
      if (calls) expect(step.place).toMatch(/updating$/)
      if (depth === 0) return
      for (const event of events) {
        const next = nextStep(step, event)
        if (next.place === step.place && next.effects.length === 0) continue
        walk(next, depth - 1, done, (repairing || calls) && !event.startsWith('repair.'))
      }
    }
    walk(firstStep(), 6, { create: 0, append: 0, keep: 0, update: 0, pause: 0, stop: 0, close: 0 }, false)
    expect(paths).toBeGreaterThan(200)
  })

  it('sends the last append exactly when the source has ended, and nothing after the end', () => {
    for (const { from, event, to } of everyStep()) {
      const ends = event === 'source.ended' && from.place.startsWith('streaming')
      const damaged = from.place === 'streaming.pausing'
      expect(to.effects.includes('append'), `${from.place} ${event}`).toBe(ends && !damaged)
      expect(to.effects.includes('keep'), `${from.place} ${event}`).toBe(ends && damaged)
      if (from.place === 'closed') expect(to).toMatchObject({ place: 'closed', effects: [] })
    }
  })
})
