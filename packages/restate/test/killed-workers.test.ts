import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { ask, createLandscape, ofRun, responses, settled } from './landscape.ts'
import { wordsOf } from './outside-world.ts'
import { unavailable } from './restate-server.ts'

/** `DURABLE_RUNS=100` for the whole measurement; a few runs find what is broken. */
const RUNS = Number(process.env['DURABLE_RUNS'] || 8)
const TOGETHER = 4
const KILLS = 3
/** Names the points of the kills. */
const SEED = Number(process.env['DURABLE_SEED'] || Math.floor(Math.random() * 2 ** 31))

const expected = [wordsOf(1, '').join(''), wordsOf(2, 'result of call-1').join(''), wordsOf(3, 'result of call-2').join('')].join(
  '\n\n',
)

/** Numbers from 0 to 1 that follow from the seed. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function isUnderWay({ asked, given }: ReturnType<typeof ofRun>): boolean {
  return asked.length > 0 && new Set(given).size < 3
}

test.skipIf(unavailable !== undefined)(
  `${RUNS} runs of a loop with three steps, whose workers are killed at any point (${unavailable ?? `seed ${SEED}`})`,
  async () => {
    const landscape = await createLandscape()
    const { world, errors, startWorker, killWorker } = landscape
    await startWorker()
    const random = randomFrom(SEED)
    const figures = { runs: 0, kills: 0, asked: 0, given: 0, requested: 0, newCode: 0, hit: 0 }
    for (let first = 0; first < RUNS; first += TOGETHER) {
      const names = Array.from({ length: Math.min(TOGETHER, RUNS - first) }, (_, at) => `ai:run-${first + at}`)
      const group = first / TOGETHER
      const isNew = group % 10 === 1 || group % 10 === 4
      for (const name of names) await ask(landscape, name)
      let kills = 0
      for (; kills < KILLS; kills++) {
        // Somewhere in what is left of the ten things that happen in each run.
        const left = names.length * 10 - world.happened.filter(({ run }) => names.includes(run)).length
        if (left <= 0) break
        await world.until(world.happened.length + 1 + Math.floor(random() * Math.min(left, (names.length * 10) / KILLS)))
        await sleep(random() * 20)
        figures.hit += names.filter((name) => isUnderWay(ofRun(world.happened, name))).length
        await killWorker()
        await startWorker({ code: isNew ? 2 : 1 })
      }
      const messages = await Promise.all(names.map((name) => settled(landscape, name, 'complete')))
      for (const [at, name] of names.entries()) {
        const run = ofRun(world.happened, name)
        const message = messages[at]!
        expect([SEED, name, await responses(landscape, name)]).toEqual([SEED, name, [message]])
        expect([SEED, name, message.text]).toEqual([SEED, name, expected])
        // No step begins again behind the next one: what was recorded is not done again.
        expect([SEED, name, run.asked]).toEqual([SEED, name, run.asked.toSorted()])
        expect([SEED, name, new Set(run.asked)]).toEqual([SEED, name, new Set([1, 2, 3])])
        expect([SEED, name, run.asked.length + run.requested.length <= 5 + kills]).toEqual([SEED, name, true])
        expect([SEED, name, run.executed]).toEqual([SEED, name, ['call-1', 'call-2']])
        figures.runs++
        figures.kills += kills
        figures.asked += run.asked.length
        figures.given += run.given.length
        figures.requested += run.requested.length
        if (kills > 0 && isNew) figures.newCode++
      }
      if (isNew) {
        await killWorker()
        await startWorker()
      }
    }
    expect([SEED, errors]).toEqual([SEED, []])
    if (process.env['DURABLE_RUNS']) console.log(JSON.stringify({ seed: SEED, ...figures }))
  },
  180_000 + RUNS * 10_000,
)
