import { selectMessages, selectPath } from '@streamfold/core'
import { replay } from '@streamfold/core/log'
import { misused, readArguments } from '../arguments.ts'
import { CommandError } from '../command-error.ts'
import { visibleDifferences } from '../format/differences.ts'
import type { ExitCode } from '../exit-code.ts'
import { exitCode } from '../exit-code.ts'
import { formatDifference } from '../format/format-difference.ts'
import { visible } from '../format/visible.ts'
import type { Host } from '../channel/host.ts'
import { outputOptions, outputTo } from '../output.ts'
import { eventsUntil } from '../log/point.ts'
import { hasMessage } from '../log/has-message.ts'
import { readLog } from '../log/read-log.ts'

const diffOptions = {
  ...outputOptions,
  from: { type: 'string' },
  to: { type: 'string' },
  branch: { type: 'string' },
  all: { type: 'boolean' },
} as const

/** Prints how the conversations of two logs, or at two points of one log, differ. */
export async function diff(args: readonly string[], host: Host): Promise<ExitCode> {
  const { values, positionals } = readArguments('diff', args, diffOptions, { names: ['A', 'B'], least: 1 })
  const [a = '', b = a] = positionals
  const { from, to, branch, all = false } = values
  if (positionals.length === 1 && from === undefined && to === undefined)
    throw misused('diff', 'one log is the same as itself: name another, or two points of it with --from and --to')
  if (a === '-' && b === '-' && positionals.length === 2)
    throw misused('diff', 'the standard input is one log: name a file for the other')
  const output = outputTo(host.stdout, values)
  const one = await readLog(a, host)
  const other = b === a ? one : await readLog(b, host)
  const before = replay(one, { until: eventsUntil(from, one) })
  const after = replay(other, { until: eventsUntil(to, other) })
  if (branch !== undefined && !hasMessage(before, branch) && !hasMessage(after, branch))
    throw new CommandError(
      'usage',
      `unable to find ${visible(branch)} at either point; it is the id of no message there: take one that \`replay\` names behind ‹ ›`,
    )

  const differences = visibleDifferences(before, after, { all, branch })
  if (output.json) differences.forEach(output.printJson)
  else for (const difference of differences) output.print(formatDifference(difference, output.paint))
  if (differences.length > 0) return exitCode.different
  const { length } = branch === undefined ? selectMessages(after) : selectPath(after, branch)
  if (!output.json) output.print(`no difference in ${length} ${length === 1 ? 'message' : 'messages'}`)
  return exitCode.ok
}
