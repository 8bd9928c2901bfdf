/** The result of a conformance row against the service; `packages/local-ably/test/conformance/report.ts` writes it. */
export interface RowReport {
  readonly title: string
  readonly behaviour: string
  readonly format: string
  readonly outcome: 'passed' | 'differs' | 'not tried'
  readonly detail: string
  readonly channel: string
}

export function readReport(text: string): RowReport[] {
  const lines = text.split('\n').filter((line) => line !== '')
  return lines.map((line) => JSON.parse(line) as RowReport) // As written.
}

/** The behaviours of local Ably that the service did not show, as text. */
export function describeDifferences(rows: readonly RowReport[]): string {
  const count = (outcome: RowReport['outcome']) => rows.filter((row) => row.outcome === outcome).length
  const differing = merge(rows.filter(({ outcome }) => outcome === 'differs'))
  const reasons = Map.groupBy(
    rows.filter(({ outcome }) => outcome === 'not tried'),
    ({ detail }) => detail,
  )
  return [
    `${count('passed')} rows as on local Ably, ${count('differs')} differ, ${count('not tried')} were not tried.`,
    ...[...reasons].map(([reason, left]) => `  not tried, for they need ${reason}: ${left.length}`),
    ...(differing.length === 0 ? [] : ['', 'Where local Ably and the service differ:', '', ...differing]),
  ].join('\n')
}

/** One line for both formats, where they say the same. */
function merge(rows: readonly RowReport[]): string[] {
  const alike = Map.groupBy(rows, ({ title, behaviour, detail }) => `${title} | ${behaviour} | ${firstLine(detail)}`)
  return [...alike].map(([line, of]) => `- ${line} (${of.map(({ format }) => format).join(', ')})`)
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? ''
}
