/** Files are named from here. */
export const CORE = 'packages/core/src/'

/** The used fields of Stryker's JSON report (the mutation testing report schema). */
export interface Report {
  /** Files by path, from the workspace. */
  readonly files: Readonly<Record<string, { readonly source: string; readonly mutants: readonly Mutant[] }>>
}

interface Mutant {
  readonly status: 'Killed' | 'Timeout' | 'Survived' | 'NoCoverage' | 'RuntimeError' | 'CompileError' | 'Ignored'
  readonly mutatorName: string
  readonly replacement?: string
  /** Lines and columns from 1. */
  readonly location: { readonly start: Position; readonly end: Position }
}
interface Position {
  readonly line: number
  readonly column: number
}

/** A mutant that no test noticed. */
export interface Survivor {
  readonly file: string
  /** The line where it begins, trimmed. */
  readonly line: string
  /** `original → mutated`, on one line. */
  readonly change: string
}

/** Every survivor of a report, in the order of the files and of their text. */
export function survivors({ files }: Report): readonly Survivor[] {
  return sorted(files).flatMap(([path, { source, mutants }]) => {
    const lines = source.split('\n')
    return mutants
      .filter(isAlive)
      .toSorted((a, b) => compare(a.location.start, b.location.start))
      .map((mutant) => ({
        file: nameOf(path),
        line: lines[mutant.location.start.line - 1]!.trim(),
        change: `${oneLine(between(lines, mutant))} → ${oneLine(mutant.replacement ?? mutant.mutatorName)}`,
      }))
  })
}

/** The score of each file and of all, as a table in Markdown. */
export function table({ files }: Report): readonly string[] {
  const rows = sorted(files).map(([path, { mutants }]) => row(nameOf(path), mutants))
  const all = Object.values(files).flatMap(({ mutants }) => mutants)
  return ['| file | mutants | killed | survived | score |', '|---|--:|--:|--:|--:|', ...rows, row('**all**', all)]
}

function row(name: string, mutants: readonly Mutant[]): string {
  const killed = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout').length
  const alive = mutants.filter(isAlive).length
  const score = killed + alive === 0 ? 100 : (100 * killed) / (killed + alive)
  return `| ${name} | ${killed + alive} | ${killed} | ${alive} | ${score.toFixed(1)} % |`
}

function isAlive({ status }: Mutant): boolean {
  return status === 'Survived' || status === 'NoCoverage'
}

function sorted(files: Report['files']) {
  return Object.entries(files).toSorted(([a], [b]) => (a < b ? -1 : 1))
}

function nameOf(path: string): string {
  return path.slice(path.indexOf(CORE) + CORE.length)
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.column - b.column
}

function between(lines: readonly string[], { location: { start, end } }: Mutant): string {
  const text = lines.slice(start.line - 1, end.line).join('\n')
  const last = lines[end.line - 1]!
  return text.slice(start.column - 1, text.length - (last.length - end.column + 1))
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
