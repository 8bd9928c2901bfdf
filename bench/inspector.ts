// pnpm bench inspector: the inspector's cost for a page with 150 events a second on 20 responses, for two minutes, in both apps.
import { readFileSync } from 'node:fs'
import { findChromium } from '../scripts/chromium.ts'
import { run } from '../scripts/run.ts'
import { root } from '../scripts/workspace.ts'
import { report } from './core/row.ts'

interface Load {
  readonly longTasks: number
  readonly longest: number
  readonly dropped: number
  readonly busy: number
  readonly heap: readonly [middle: number, end: number]
}

const env = { CHROMIUM_PATH: findChromium(), INSPECTOR_SECONDS: process.env['INSPECTOR_SECONDS'] ?? '120', E2E_WORKERS: '1' }
const ran = run('playwright', ['test', '-c', 'playwright.config.ts', 'inspector-load.spec.ts'], env, `${root}e2e/`)

const rows = ['react', 'vue'].flatMap((name) => {
  const file = `${root}e2e/results/inspector-load-${name}.json`
  const { load, bare } = JSON.parse(readFileSync(file, 'utf8')) as { load: Load; bare: Load } // Written by the spec.
  return [
    {
      id: `${name}-long-tasks`,
      unit: `tasks > 50 ms, the longest ${load.longest.toFixed(0)} ms`,
      ours: load.longTasks,
      peers: { 'inspector closed': bare.longTasks },
      ratio: load.longTasks,
      goal: { atMost: 0 },
    },
    {
      id: `${name}-dropped`,
      unit: '% of frames',
      ours: load.dropped * 100,
      peers: { 'inspector closed': bare.dropped * 100 },
      ratio: load.dropped * 100,
      goal: { atMost: 2 },
    },
    {
      id: `${name}-heap`,
      unit: 'MB at the end, ÷ at half the time',
      ours: load.heap[1] / 1e6,
      peers: { 'at half the time': load.heap[0] / 1e6 },
      ratio: load.heap[1] / load.heap[0],
      goal: { atMost: 1.3 },
    },
    {
      id: `${name}-busy`,
      unit: 'ms of processor a second',
      ours: load.busy,
      peers: { 'inspector closed': bare.busy },
      ratio: load.busy / bare.busy,
    },
  ]
})
const held = report('inspector', rows, 'by processor time, production builds, traced all the time')
process.exit(ran && held ? 0 : 1)
