import type { Conversation, Log, Message } from '@streamfold/core'
import { reduce, selectPath, selectSiblings } from '@streamfold/core'
import { replay as fold } from '@streamfold/core/log'
import { readArguments } from '../arguments.ts'
import { CommandError } from '../command-error.ts'
import { clockTime } from '../format/clock-time.ts'
import type { ExitCode } from '../exit-code.ts'
import { exitCode } from '../exit-code.ts'
import { formatConversation, formatStanding } from '../format/format-conversation.ts'
import { formatEvent } from '../format/format-event.ts'
import { jsonEvent } from '../format/json-event.ts'
import type { Host } from '../channel/host.ts'
import { createNames } from '../format/names.ts'
import type { Output } from '../output.ts'
import { outputOptions, outputTo } from '../output.ts'
import { eventsUntil, timesOf } from '../log/point.ts'
import { hasMessage } from '../log/has-message.ts'
import { readLog } from '../log/read-log.ts'
import { visible } from '../format/visible.ts'

const replayOptions = {
  ...outputOptions,
  until: { type: 'string' },
  branch: { type: 'string' },
  events: { type: 'boolean' },
} as const

/** Prints the conversation of a log at a point of it, or the events up to there. */
export async function replay(args: readonly string[], host: Host): Promise<ExitCode> {
  const { values, positionals } = readArguments('replay', args, replayOptions, { names: ['FILE'] })
  const output = outputTo(host.stdout, values)
  const log = await readLog(positionals[0] ?? '', host)
  const until = eventsUntil(values.until, log)
  if (values.events && values.branch !== undefined)
    throw new CommandError(
      'usage',
      'unable to print the events of a branch; they have no branches: leave out --branch or --events',
    )
  if (values.events) printEvents(log, until, output)
  else printConversation(log, until, values.branch, output)
  return exitCode.ok
}

function printConversation(log: Log, until: number, head: string | undefined, output: Output): void {
  const state = fold(log, { until })
  if (head !== undefined && !hasMessage(state, head))
    throw new CommandError(
      'usage',
      `unable to find ${visible(head)} after ${until} events; it is the id of no message there: take one that \`replay\` names behind ‹ ›`,
    )
  if (output.json) return selectPath(state, head).forEach((message) => output.printJson(withVersions(state, message)))
  const conversation = formatConversation(state, output.paint, head)
  if (conversation) output.print(`${conversation}\n`)
  const at = timesOf(log)?.[until - 1]
  const where = `after ${until} of ${log.events.length} events${at === undefined ? '' : `, at ${clockTime(at)}`}`
  output.print(output.paint('gray', `${where}: ${formatStanding(state, head)}`))
}

/** With the ids of all versions of a message, where there are several. */
function withVersions(state: Conversation, message: Message): object {
  const versions = selectSiblings(state, message.id).map(({ id }) => id)
  return versions.length > 1 ? { ...message, versions } : message
}

/** Prints each event with its number: `--until` with that number gives the conversation after it. */
function printEvents(log: Log, until: number, output: Output): void {
  const times = timesOf(log)
  const name = createNames()
  let state = log.start
  for (const [index, event] of log.events.slice(0, until).entries()) {
    const before = state
    state = reduce(state, event)
    const number = index + 1
    if (output.json) output.printJson({ number, ...jsonEvent(before, event, state) })
    else {
      const line = formatEvent({ before, event, after: state, at: times?.[index], number }, name, output)
      if (line !== undefined) output.print(line)
    }
  }
}
