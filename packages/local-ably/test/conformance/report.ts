import { appendFileSync } from 'node:fs'

/** What became of a row against a service. */
export interface RowReport {
  readonly title: string
  readonly behaviour: string
  readonly format: string
  readonly outcome: 'passed' | 'differs' | 'not tried'
  /** The difference, or the setting that a row needs to be tried. */
  readonly detail: string
}

const file = process.env['TEST_REAL_REPORT']

/** Notes a row, and the channel it used, for `pnpm test:real`, which names the file. */
export function reportRow(row: RowReport, channel: string): void {
  if (file) appendFileSync(file, `${JSON.stringify({ ...row, channel })}\n`)
}
