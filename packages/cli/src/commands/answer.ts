import type { ConversationHandle, Decision, WaitingCall } from '@streamfold/client'
import { ConversationError } from '@streamfold/client'
import { selectWaiting } from '@streamfold/core'
import { toolName } from '@streamfold/core/log'
import { misused, readArguments } from '../arguments.ts'
import { readFollowOptions } from '../channel/follow-options.ts'
import type { Host } from '../channel/host.ts'
import { targetOptions } from '../channel/target.ts'
import { CommandError } from '../command-error.ts'
import type { ExitCode } from '../exit-code.ts'
import { exitCode } from '../exit-code.ts'
import { shorten, visible } from '../format/visible.ts'
import type { Output } from '../output.ts'
import { outputOptions, outputTo } from '../output.ts'

const answerOptions = {
  ...targetOptions,
  ...outputOptions,
  agent: { type: 'string', multiple: true },
  history: { type: 'string' },
  timeout: { type: 'string' },
  as: { type: 'string' },
  reason: { type: 'string' },
  value: { type: 'string' },
  error: { type: 'string' },
} as const

/** Columns of an input. */
const LONGEST = 100

/** Answers a call that waits, or lists those that wait. */
export async function answer(args: readonly string[], host: Host): Promise<ExitCode> {
  const names = ['CHANNEL', 'DECISION', 'CALL']
  const { values, positionals } = readArguments('answer', args, answerOptions, { names, least: 1 })
  const [channelName = '', word, id] = positionals
  const given = word === undefined ? undefined : decisionOf(word, values)
  if (given && (values.as ?? '') === '') throw misused('answer', '--as is missing, the client id of the person who answers')
  const settings = readFollowOptions('answer', values, host.env, { history: 100, rewind: false })
  const output = outputTo(host.stdout, values)
  // Loaded late, so that an error in the command line is printed before there is a client.
  const { visit } = await import('../channel/visit.ts')
  await visit({ ...settings, channelName, clientId: values.as, signal: host.interrupted() }, async (conversation) => {
    const waiting = selectWaiting(conversation.store.getState())
    if (!given) return waiting.forEach((call) => print(output, call, 'waits'))
    const chosen = choose(waiting, id)
    await give(conversation, chosen, given.decision)
    print(output, chosen, given.done)
  })
  return exitCode.ok
}

interface Values {
  readonly reason?: string
  readonly value?: string
  readonly error?: string
}

interface Given {
  readonly decision: Decision
  /** What has become of the call then. */
  readonly done: string
}

function decisionOf(word: string, { reason, value, error }: Values): Given {
  const only = (name: 'reason' | 'value' | 'error' | undefined) => {
    const given = { reason, value, error }
    const other = (['reason', 'value', 'error'] as const).find((each) => each !== name && given[each] !== undefined)
    if (other) throw misused('answer', `--${other} does not belong to ${word}`)
  }
  switch (word) {
    case 'approve':
    case 'deny':
      only('reason')
      return { decision: { approve: word === 'approve', reason }, done: word === 'approve' ? 'approved' : 'denied' }
    case 'output':
      only('value')
      return { decision: { output: jsonOf(value) }, done: 'answered' }
    case 'fault':
      only('error')
      if (error === undefined) throw misused('answer', '--error is missing')
      return { decision: { error }, done: 'failed' }
    default:
      throw misused('answer', `${word} is no decision, but approve, deny, output and fault are`)
  }
}

function jsonOf(value: string | undefined): unknown {
  if (value === undefined) throw misused('answer', '--value is missing')
  try {
    return JSON.parse(value) as unknown
  } catch {
    throw misused('answer', `--value is no JSON (a text is written '"like this"')`)
  }
}

function choose(waiting: readonly WaitingCall[], id: string | undefined): WaitingCall {
  const refuse = (reason: string) => new CommandError('refused', `unable to answer; ${reason}`)
  if (waiting.length === 0)
    throw refuse('no call waits: see what happens on the channel with streamfold tail, or read more with --history')
  const [first] = id === undefined ? waiting : waiting.filter(({ call }) => call.toolCallId === id)
  if (!first) throw refuse(`no call ${id} waits: name one of ${idsOf(waiting)}`)
  if (id === undefined && waiting.length > 1) throw refuse(`${waiting.length} calls wait: name one of ${idsOf(waiting)}`)
  return first
}

function idsOf(waiting: readonly WaitingCall[]): string {
  return waiting.map(({ call }) => call.toolCallId).join(', ')
}

async function give(conversation: ConversationHandle, call: WaitingCall, decision: Decision): Promise<void> {
  try {
    await conversation.answer(call, decision)
  } catch (error) {
    if (error instanceof ConversationError) throw new CommandError('refused', error.message, error)
    throw error
  }
}

function print(output: Output, { message, call, prompt }: WaitingCall, word: string): void {
  const { of, until, requestReason: reason } = call.approval ?? call.wanted ?? {}
  const asked = of ?? (prompt?.clientId === undefined ? [] : [prompt.clientId])
  const name = toolName(call)
  if (output.json)
    return output.printJson({
      call: call.toolCallId,
      state: word,
      wants: call.wanted ? 'output' : 'approval',
      tool: name,
      input: call.input,
      response: message.id,
      of: asked,
      until,
      reason,
    })
  const notes = [`of ${asked.join(', ') || 'nobody'}`, ...(reason === undefined ? [] : [reason])].join(', ')
  const input = shorten(visible(call.inputText.slice(0, LONGEST * 32)), LONGEST)
  const wants = word === 'waits' ? `waits for ${call.wanted ? 'its output' : 'approval'} ${notes}` : word
  output.print(
    `${output.paint('bold', visible(call.toolCallId))}  ${visible(name)} ${input}  ${output.paint('yellow', visible(wants))}`,
  )
}
