import type { Conversation, ConversationEvent } from '@streamfold/core'
import { emptyConversation, reduce, selectMessage, selectPath, selectPrompt } from '@streamfold/core'
import { readArguments } from '../arguments.ts'
import { hasMessage } from '../log/has-message.ts'
import { CommandError } from '../command-error.ts'
import { visible } from '../format/visible.ts'
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
  const { values, positionals } = readArguments(
    'tail',
    args,
    { ...followOptions, ...outputOptions, branch: { type: 'string' } },
    { names: ['CHANNEL'] },
  )
  const settings = readFollowOptions('tail', values, host.env, { history: 10, rewind: false })
  const limits = createLimits(settings, host.interrupted())
  const print = printer(outputTo(host.stdout, values), values.branch)
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

function printer(output: Output, branch: string | undefined): (stretch: Stretch) => void {
  const name = createNames()
  let state = emptyConversation()
  return ({ events, arrivals }) => {
    // The whole of it, because a message may come before those that lead to it.
    const isPrinted = branch === undefined ? () => true : onBranch(events.reduce(reduce, state), branch)
    for (const [index, event] of events.entries()) {
      const before = state
      state = reduce(state, event)
      if (branch !== undefined && event.type === 'history' && event.state === 'loaded') checkBranch(state, branch)
      if (!isPrinted(event)) continue
      if (output.json) {
        if (event.type !== 'tick') output.printJson({ ...jsonEvent(before, event, state), arrived: arrivals[index] })
        continue
      }
      const line = formatEvent({ before, event, after: state, at: arrivals[index]?.at }, name, output)
      if (line !== undefined) output.print(line)
    }
  }
}

/** Whether an event is about the branch of a message, or about no message. A request for another response is where its prompt is. */
function onBranch(state: Conversation, branch: string): (event: ConversationEvent) => boolean {
  const path = new Set(selectPath(state, branch).map(({ id }) => id))
  return (event) => {
    const message = 'serial' in event ? selectMessage(state, event.serial) : undefined
    if (!message || path.has(message.id)) return true
    return message.again !== undefined && path.has(selectPrompt(state, message.id)?.id ?? message.id)
  }
}

function checkBranch(state: Conversation, branch: string): void {
  if (!hasMessage(state, branch))
    throw new CommandError(
      'usage',
      `unable to find ${visible(branch)} on the channel; it is the id of no message that was read: read more with --history, or take another one`,
    )
}
