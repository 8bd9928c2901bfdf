import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'

/** The goal of a row: a bound on its ratio. A row without one only shows its figure. */
type Goal = { readonly atLeast: number } | { readonly atMost: number }

export interface Measured {
  readonly id: string
  readonly unit: string
  readonly ours: number
  readonly peers: Readonly<Record<string, number>>
  readonly ratio: number
  readonly goal?: Goal
  /** A further condition beside the ratio. */
  readonly sound?: boolean
  /** A note below the table. */
  readonly note?: string
}

interface Row extends Omit<Measured, 'goal' | 'sound' | 'note'> {
  readonly goal: string
  readonly holds: boolean
}

/**
 * Prints the table and writes `bench/results/<name>.json`.
 *
 * @param how it was measured. Default as `race` does.
 * @returns whether every goal holds.
 */
export function report(
  name: string,
  measured: readonly Measured[],
  how = 'medians of interleaved rounds after a warm-up, by processor time',
): boolean {
  const rows = measured.map(toRow)
  const machine = `${cpus()[0]?.model ?? 'unknown processor'} × ${cpus().length}, Node ${process.version}`
  console.log(`\n${machine}; ${how}\n`)
  console.log(table([['row', 'unit', 'ours', 'peers', 'ratio', 'goal', 'holds'], ...rows.map(cells)]))
  for (const { id, note } of measured) if (note) console.log(`\n${id}: ${note}`)
  const folder = new URL('../results/', import.meta.url)
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify({ machine, rows }, undefined, 2)}\n`)
  return rows.every(({ holds }) => holds)
}

function toRow({ goal, sound = true, note: _note, ...rest }: Measured): Row {
  const inBounds = !goal || ('atLeast' in goal ? rest.ratio >= goal.atLeast : rest.ratio <= goal.atMost)
  const text = !goal ? 'shown' : 'atLeast' in goal ? `≥ ${goal.atLeast}` : `≤ ${goal.atMost}`
  return { ...rest, goal: text, holds: inBounds && sound }
}

function cells({ id, unit, ours, peers, ratio, goal, holds }: Row): string[] {
  const others = Object.entries(peers).map(([peer, value]) => `${peer} ${digits(value)}`)
  return [id, unit, digits(ours), others.join(', ') || '-', digits(ratio), goal, goal === 'shown' ? '' : holds ? 'yes' : 'NO']
}

function digits(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}

function table(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)))
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
