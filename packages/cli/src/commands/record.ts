import { emptyConversation } from '@streamfold/core'
import { misused, readArguments } from '../arguments.ts'
import type { ExitCode } from '../exit-code.ts'
import { exitCode } from '../exit-code.ts'
import { followOptions, readFollowOptions } from '../channel/follow-options.ts'
import type { Stretch } from '../channel/follow.ts'
import type { Host } from '../channel/host.ts'
import { createLimits } from '../channel/limits.ts'
import { logTo, openLogFile } from '../log/log-file.ts'
import { createRedactor } from '../log/redact-stretches.ts'
import { visible } from '../format/visible.ts'

const recordOptions = {
  ...followOptions,
  output: { type: 'string', short: 'o' },
  force: { type: 'boolean' },
  redact: { type: 'boolean' },
} as const

/** Writes the events of a channel to a log. */
export async function record(args: readonly string[], host: Host): Promise<ExitCode> {
  const { values, positionals } = readArguments('record', args, recordOptions, { names: ['CHANNEL'] })
  const [channelName = ''] = positionals
  const settings = readFollowOptions('record', values, host.env, { history: 100, rewind: '2m' })
  const limits = createLimits(settings, host.interrupted())
  const { output, force = false } = values
  if (output === '') throw misused('record', '--output is empty')
  const file = output === undefined ? logTo(host.stdout) : openLogFile(output, { replace: force })
  const place = output ?? 'the standard output'
  const say = (text: string) => void host.stderr.write(`${visible(text)}\n`)
  const redacted = values.redact ? createRedactor() : (stretch: Stretch) => stretch
  // A channel that is never reached leaves no log: events before the attachment wait in memory.
  let early: Stretch[] | undefined = []
  let count = 0
  let ticks = 0

  function append(stretch: Stretch): void {
    const wanted = limits.take(stretch)
    file.append(redacted(wanted))
    for (const event of wanted.events) {
      if (event.type === 'tick') ticks++
      else count++
      if (event.type === 'history' && event.state === 'failed')
        say(`unable to read the history; ${event.error}: it is tried again`)
    }
  }

  // Loaded late, so that an error in the command line is printed before there is a client.
  const { follow } = await import('../channel/follow.ts')
  try {
    await follow({
      ...settings,
      channelName,
      signal: limits.signal,
      onAttached() {
        file.begin(emptyConversation())
        for (const stretch of early ?? []) append(stretch)
        early = undefined
        say(`recording ${channelName} to ${place}`)
        limits.begin()
      },
      onEvents(stretch) {
        if (early) early.push(stretch)
        else append(stretch)
      },
    })
    say(
      early
        ? 'nothing was recorded; the channel was not reached'
        : `wrote ${count} ${count === 1 ? 'event' : 'events'} and ${ticks} ${ticks === 1 ? 'tick' : 'ticks'} of the clock to ${place}`,
    )
  } finally {
    limits.stop()
    file.close()
  }
  return exitCode.ok
}
