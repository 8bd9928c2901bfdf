import { emptyConversation, reduce } from '@streamfold/core'
import { readArguments } from '../arguments.ts'
import type { ExitCode } from '../exit-code.ts'
import { exitCode } from '../exit-code.ts'
import { followOptions, readFollowOptions } from '../channel/follow-options.ts'
import type { Stretch } from '../channel/follow.ts'
import { formatEvent } from '../format/format-event.ts'
import { jsonEvent } from '../format/json-event.ts'
import type { Host } from '../channel/host.ts'
import { createLimits } from '../channel/limits.ts'
import { createNames } from '../format/names.ts'
import type { Output } from '../output.ts'
import { outputOptions, outputTo } from '../output.ts'
import { oldestFirst, withoutPast } from '../log/past.ts'

/** Prints the events of a channel as they arrive. */
export async function tail(args: readonly string[], host: Host): Promise<ExitCode> {
  const { values, positionals } = readArguments('tail', args, { ...followOptions, ...outputOptions }, { names: ['CHANNEL'] })
  const settings = readFollowOptions('tail', values, host.env, { history: 10, rewind: false })
  const limits = createLimits(settings, host.interrupted())
  const print = printer(outputTo(host.stdout, values))
  const wanted = settings.history === 0 ? withoutPast() : (stretch: Stretch) => stretch
  // Loaded late, so that an error in the command line is printed before there is a client.
  const { follow } = await import('../channel/follow.ts')
  try {
    await follow({
      ...settings,
      channelName: positionals[0] ?? '',
      signal: limits.signal,
      onAttached: limits.begin,
      onEvents: (stretch) => print(limits.take(oldestFirst(wanted(stretch)))),
    })
  } finally {
    limits.stop()
  }
  return exitCode.ok
}

function printer(output: Output): (stretch: Stretch) => void {
  const name = createNames()
  let state = emptyConversation()
  return ({ events, arrivals }) => {
    for (const [index, event] of events.entries()) {
      const before = state
      state = reduce(state, event)
      if (output.json) {
        if (event.type !== 'tick') output.printJson({ ...jsonEvent(before, event, state), arrived: arrivals[index] })
        continue
      }
      const line = formatEvent({ before, event, after: state, at: arrivals[index]?.at }, name, output)
      if (line !== undefined) output.print(line)
    }
  }
}
