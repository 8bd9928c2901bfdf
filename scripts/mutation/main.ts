// `pnpm test:mutation`: mutates the files of the core whose row in MUTATION.md is missing or of an older text, or those that it is given; with `--survivors`
// only their survivors that have no reason.
import { readFileSync } from 'node:fs'
import { Stryker } from '@stryker-mutator/core'
import { root } from '../workspace.ts'
import { CORE, hashOf, placesOf, ranOutOfTime, withReport, withSecondRun, withSurvivorsAgain } from './report.ts'
import type { Report } from './report.ts'
import { mutatedFiles, readResults, sourceOf, unexplained, writePage, writeResults } from './page.ts'

const configFile = 'scripts/mutation/stryker.config.json'
/** Files of one run: each run begins with all tests once, and its results are kept when it ends. */
const together = 4

process.chdir(root) // Stryker copies the workspace in which it is started.
const chosen = process.argv.slice(2).filter((name) => name !== '--survivors')
if (process.argv.includes('--survivors'))
  await mutateSurvivors(chosen.length > 0 ? chosen.flatMap((name) => mutatedFiles(name)) : mutatedFiles())
else {
  const files = chosen.length > 0 ? chosen.flatMap((name) => mutatedFiles(name)) : mutatedFiles().filter(isOld)
  for (let at = 0; at < files.length; at += together) await mutate(files.slice(at, at + together))
}
process.exit(writePage())

/** Tries the survivors without a reason once more, after tests were written for them. */
async function mutateSurvivors(files: readonly string[]): Promise<void> {
  const current = files.filter((file) => !isOld(file))
  const places = current.flatMap((file) => placesOf(file, unexplained(file), sourceOf(file)))
  if (places.length > 0) writeResults(withSurvivorsAgain(readResults(), await run(places, 1)))
}

async function mutate(batch: readonly string[]): Promise<void> {
  const first = await run(
    batch.map((file) => `${CORE}${file}`),
    1,
  )
  const slow = Object.entries(first.files).flatMap(([path, { mutants }]) =>
    mutants
      .filter(ranOutOfTime)
      .map(({ location: { start, end } }) => `${path}:${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`),
  )
  const report = slow.length > 0 ? withSecondRun(first, await run([...new Set(slow)], 3)) : first
  writeResults(withReport(readResults(), report, new Date().toISOString().slice(0, 10)))
  writePage()
}

/** @param patience how many times as long a mutant may take as it may in the configuration */
async function run(mutate: readonly string[], patience: number): Promise<Report> {
  const { timeoutMS } = JSON.parse(readFileSync(`${root}${configFile}`, 'utf8')) as { timeoutMS: number }
  await new Stryker({ configFile, mutate: [...mutate], timeoutMS: timeoutMS * patience }).runMutationTest()
  return JSON.parse(readFileSync(`${root}.streamfold/mutation.json`, 'utf8')) as Report // Written by Stryker.
}

function isOld(file: string): boolean {
  return readResults()[file]?.hash !== hashOf(sourceOf(file))
}
