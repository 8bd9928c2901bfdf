// A test runner for Stryker without vitest's start: most mutants need less than 50 ms, where vitest needs more than a second.
// The tests stay loaded from one mutant to the next. A test that fails is run once more without the mutant: if it fails again, an earlier mutant
// has left something behind, and everything is loaded again. What survives is tried with more runs of the laws, in code that is loaded for it alone.
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import type { InstrumenterContext, MutantCoverage } from '@stryker-mutator/api/core'
import { DryRunStatus, MutantRunStatus, TestStatus } from '@stryker-mutator/api/test-runner'
import type { DryRunResult, MutantRunOptions, MutantRunResult, TestResult, TestRunner } from '@stryker-mutator/api/test-runner'
import { collectedBy } from './collected-tests.ts'
import { runs } from './fewer-runs.ts'
import type { Runs } from './fewer-runs.ts'
import { loadCopiesFrom } from './module-copies.ts'
import { ENDLESS } from './report.ts'

/** Shares of the runs of each law, of which at least five are made, and their seeds: few runs first, more for a survivor. */
const few: Runs = { share: 0.002, seed: 3 }
const more: Runs = { share: 0.01, seed: 5 }
/** In milliseconds. A promise of the core needs no time to settle, for the core has no I/O. */
const limit = 10_000
/** The first counts operations, and Stryker's own are among them; the others are of the testkit itself. */
const notRun = /(append-cost|testkit.test.(archive|sessions|transports))\.test\.ts$/
/** Loaded before the tests: a mutant that runs meanwhile concerns them all. */
const entries = [
  'core/src/index',
  'core/src/log/index',
  'core/src/codec',
  'core/src/codecs/ai-transport/index',
  'core/src/transport/index',
  'core/src/machines/index',
  'core/src/shared/whole-characters',
  'testkit/src/index',
  'testkit/src/archive/index',
]

/** What the run without a mutant found. Stryker ends a process in which a mutant does not come to an end; the next one reads it. */
interface Known {
  /** Milliseconds of each test, by its id. */
  readonly times: Readonly<Record<string, number>>
  /** The tests that are laws. */
  readonly laws: readonly string[]
  /** The mutants that run while a file of tests is loaded. */
  readonly onLoading: readonly string[]
}

interface Test {
  readonly id: string
  readonly run: () => unknown
}

Object.assign(runs, few)

class InProcessRunner implements TestRunner {
  private load: (file: string, copy: number) => Promise<unknown> = () => Promise.resolve()
  private known: Known | undefined
  private copies = 0
  /** All tests by their ids, loaded without a mutant. */
  private loaded: ReadonlyMap<string, Test> | undefined
  /** The tests that killed the last mutants, the latest first. */
  private killers: readonly string[] = []

  capabilities() {
    return { reloadEnvironment: true }
  }

  init(): Promise<void> {
    const folder = `${process.cwd()}/` // Stryker has changed to its copy of the workspace.
    this.load = loadCopiesFrom(folder)
    return Promise.resolve()
  }

  async dryRun(): Promise<DryRunResult> {
    const coverage: MutantCoverage = { static: {}, perTest: {} }
    instruments().mutantCoverage = coverage
    const copy = ++this.copies
    await this.loadEntries(copy)
    const atStart = coverage.static
    const tests = new Map<string, Test>()
    const hits = new Map<string, Record<string, number>>()
    for (const file of testFiles()) {
      coverage.static = {}
      for (const test of await this.loadTests(file, copy)) tests.set(test.id, test)
      hits.set(file, coverage.static)
    }
    coverage.static = atStart

    const results: TestResult[] = []
    const laws: string[] = []
    for (const { id, run } of tests.values()) {
      instruments().currentTestId = id
      const began = performance.now()
      const lawsBefore = runs.laws
      const failure = (await failureOf(run)) ?? (runs.laws > lawsBefore ? await withRuns(more, () => failureOf(run)) : undefined)
      delete instruments().currentTestId
      if (runs.laws > lawsBefore) laws.push(id)
      const common = { id, name: id, fileName: fileOf(id), timeSpentMs: performance.now() - began }
      results.push(
        failure
          ? { ...common, status: TestStatus.Failed, failureMessage: failure.message }
          : { ...common, status: TestStatus.Success },
      )
      // What runs while a file is loaded makes the values that its tests compare.
      coverage.perTest[id] = { ...hits.get(fileOf(id)), ...coverage.perTest[id] }
    }
    this.loaded = tests
    this.known = {
      times: Object.fromEntries(results.map(({ id, timeSpentMs }) => [id, timeSpentMs])),
      laws,
      onLoading: [...new Set([...hits.values()].flatMap((each) => Object.keys(each)))],
    }
    writeFileSync('known-tests.json', JSON.stringify(this.known))
    return { status: DryRunStatus.Complete, tests: results, mutantCoverage: coverage }
  }

  async mutantRun({ activeMutant: { id }, testFilter, mutantActivation, hitLimit }: MutantRunOptions): Promise<MutantRunResult> {
    this.known ??= JSON.parse(readFileSync('known-tests.json', 'utf8')) as Known // Written above.
    const order = this.likelyFirst(testFilter ?? Object.keys(this.known.times))
    Object.assign(instruments(), { hitCount: 0, hitLimit })
    const apart = mutantActivation === 'static' || this.known.onLoading.includes(id)
    if (apart) return this.runAlone(id, order)
    const dead = await this.runLoaded(id, order)
    const { laws } = this.known
    // The laws that have just held with few runs are next to run more often.
    return dead ?? this.runAlone(id, order, this.loaded ? new Set(laws) : undefined)
  }

  /** Undefined if no test notices the mutant, or if an earlier one has changed what is loaded. */
  private async runLoaded(mutant: string, order: readonly string[]): Promise<MutantRunResult | undefined> {
    const tests = (this.loaded ??= await this.loadAll())
    for (const id of order) {
      const { run } = tests.get(id)!
      const failure = await withMutant(mutant, () => failureOf(run))
      if (!failure) continue
      if (!(await failureOf(run))) return this.dead(id, failure)
      this.loaded = undefined
      return undefined
    }
    return undefined
  }

  /** Loads everything with the mutant, one file of tests at a time. @param held laws that need no run before those of `more` */
  private async runAlone(
    mutant: string,
    order: readonly string[],
    held: ReadonlySet<string> = new Set(),
  ): Promise<MutantRunResult> {
    Object.assign(instruments(), { hitCount: 0 })
    const copy = ++this.copies
    const atStart = await withMutant(mutant, () => failureOf(() => this.loadEntries(copy)))
    if (atStart) return this.dead('loading', atStart)
    const tests = new Map<string, Test>()
    for (const file of new Set(order.map(fileOf))) {
      const load = async () => {
        for (const test of await this.loadTests(file, copy)) tests.set(test.id, test)
      }
      const onLoading = await withMutant(mutant, () => failureOf(load))
      if (onLoading) return this.dead(`${file}#loading`, onLoading)
      for (const id of order.filter((each) => fileOf(each) === file && !held.has(each))) {
        const test = tests.get(id)
        const failure = test && (await withMutant(mutant, () => failureOf(test.run))) // Undefined if the mutant took it out of a table.
        if (failure) return this.dead(id, failure)
      }
    }
    for (const id of order.filter((each) => this.known!.laws.includes(each))) {
      const law = tests.get(id)
      const failure = law && (await withRuns(more, () => withMutant(mutant, () => failureOf(law.run))))
      if (failure) return this.dead(id, failure)
    }
    return { status: MutantRunStatus.Survived, nrOfTests: order.length }
  }

  private dead(id: string, { message, stuck }: Failure): MutantRunResult {
    this.killers = [id, ...this.killers.filter((each) => each !== id)].slice(0, 8)
    const { hitCount = 0, hitLimit = Infinity } = instruments()
    if (hitCount > hitLimit) return { status: MutantRunStatus.Timeout, reason: ENDLESS }
    if (stuck) return { status: MutantRunStatus.Timeout, reason: message }
    return { status: MutantRunStatus.Killed, killedBy: [id], failureMessage: message, nrOfTests: 1 }
  }

  /** The latest killers, then the shortest tests first. */
  private likelyFirst(ids: readonly string[]): readonly string[] {
    const { times } = this.known!
    const rank = (id: string) => (this.killers.includes(id) && times[id]! < 100 ? this.killers.indexOf(id) - 1000 : times[id]!)
    return ids.toSorted((a, b) => rank(a) - rank(b))
  }

  private async loadAll(): Promise<ReadonlyMap<string, Test>> {
    const copy = ++this.copies
    await this.loadEntries(copy)
    const tests = new Map<string, Test>()
    for (const file of testFiles()) for (const test of await this.loadTests(file, copy)) tests.set(test.id, test)
    return tests
  }

  private async loadEntries(copy: number): Promise<void> {
    for (const entry of entries) await this.load(`packages/${entry}.ts`, copy)
  }

  private async loadTests(file: string, copy: number): Promise<readonly Test[]> {
    const times = new Map<string, number>()
    const found = await collectedBy(() => this.load(file, copy))
    return found.map(({ name, run }) => {
      const time = (times.get(name) ?? 0) + 1
      times.set(name, time)
      return { run, id: `${file}#${name}${time > 1 ? ` (${time})` : ''}` }
    })
  }
}

function instruments(): InstrumenterContext {
  const global = globalThis as { __stryker__?: InstrumenterContext }
  return (global.__stryker__ ??= {})
}

/** Short files first. */
function testFiles(): readonly string[] {
  const files = globSync('packages/{core,testkit}/test/**/*.test.ts').filter((file) => !notRun.test(file))
  return files.toSorted((a, b) => statSync(a).size - statSync(b).size)
}

function fileOf(id: string): string {
  return id.slice(0, id.indexOf('#'))
}

async function withMutant<T>(id: string, run: () => Promise<T>): Promise<T> {
  instruments().activeMutant = id
  try {
    return await run()
  } finally {
    delete instruments().activeMutant
  }
}

async function withRuns<T>(other: Runs, run: () => Promise<T>): Promise<T> {
  Object.assign(runs, other)
  try {
    return await run()
  } finally {
    Object.assign(runs, few)
  }
}

interface Failure {
  readonly message: string
  /** A promise did not settle. */
  readonly stuck: boolean
}

async function failureOf(run: () => unknown): Promise<Failure | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    const running = run()
    if (!(running instanceof Promise)) return undefined
    const stuck = new Promise<true>((resolve) => (timer = setTimeout(() => resolve(true), limit)))
    const ended = await Promise.race([running.then(() => false), stuck])
    return ended ? { message: 'a promise did not settle', stuck: true } : undefined
  } catch (error) {
    return { message: String(error), stuck: false }
  } finally {
    clearTimeout(timer)
  }
}

export const strykerPlugins = [{ kind: 'TestRunner', name: 'in-process', factory: () => new InProcessRunner() }]
