import type { Headers, Permissions } from '@streamfold/core'
import { selectConnectionStatus, selectMessages } from '@streamfold/core'
import type { Head } from '@streamfold/core/codec'
import { frameHead } from '@streamfold/core/codec'
import { simulatedBindingHarness, simulatedTransport } from '@streamfold/testkit'
import type { CallPart, ConversationHandle, OpenOptions } from '../src/index.ts'
import { ConversationError, openConversation } from '../src/index.ts'

type Ask = Partial<Extract<Head, { type: 'ask' }>>

/** The data of a response with a call that asks for an approval, or as `ask` says. */
export function asking(id = 'c1', ask: Ask | undefined = {}): string {
  return (
    frameHead({ type: 'tool', id, name: 'send' }) +
    `{"to":"${id}"}` +
    frameHead({ type: 'end', id }) +
    frameHead({ type: 'input', id }) +
    (ask ? frameHead({ type: 'ask', id, approval: `approval-${id}`, ...ask }) : '')
  )
}

export const waiting: Headers = { status: 'waiting', format: 'parts/1' }

/** A simulated channel with an agent, on which conversations are opened as `ann`, or as another person. */
export function channelOf(channelName = 'ai:calls') {
  const harness = simulatedBindingHarness()
  const { service } = harness.ably
  const transport = simulatedTransport(service, harness.client, channelName)
  const open = (options: OpenOptions = {}, by = transport): ConversationHandle =>
    openConversation(by, { ...harness.options, scheduler: (flush) => flush(), ...options })
  const until = (seen: () => boolean, what = 'what was expected') =>
    harness.until({ settled: tasks, mount: () => never() }, seen, () => what)
  const done = async <Result>(work: Promise<Result>): Promise<Result> => {
    let settled = false
    const settle = () => void (settled = true)
    work.then(settle, settle)
    await until(() => settled, 'what was begun ends')
    return work
  }
  const agent = harness.agent(channelName)

  return {
    harness,
    transport,
    other: simulatedTransport(service, harness.other as typeof harness.client, channelName),
    open,
    until,
    done,
    agent,
    live: (handle: ConversationHandle) => until(() => selectConnectionStatus(handle.store.getState()) === 'live', 'live'),
    /** A prompt is sent, and a response to it waits for answers. @returns the serial of the response */
    async asked(handle: ConversationHandle, data = asking(), headers: Headers = waiting): Promise<string> {
      await done(handle.sendMessage('Invite them'))
      const prompt = agent.published('prompt').at(-1)!.serial // It was just sent.
      return agent.begin(data, { ...headers, 'reply-to': prompt })
    },
  }
}

async function tasks(): Promise<void> {
  for (let task = 0; task < 10; task++) await Promise.resolve()
}

function never(): never {
  throw new Error('unable to mount; there is nothing here to mount with')
}

/** The call of a message, of all messages. */
export function callIn({ store }: ConversationHandle, id = 'c1'): CallPart | undefined {
  return selectMessages(store.getState())
    .flatMap(({ parts }) => parts)
    .find((part): part is CallPart => 'toolCallId' in part && part.toolCallId === id)
}

/** The code and the text of the error of a call that must fail. */
export async function refusal(call: Promise<unknown>): Promise<readonly [string, string]> {
  const error = await call.then(
    () => undefined,
    (cause: unknown) => cause,
  )
  return error instanceof ConversationError ? [error.code, error.message] : ['none', String(error)]
}

/** Lets `bob` answer what others were asked. */
export const bobMay: Permissions = { mayAnswer: (by) => (by === 'bob' ? true : undefined) }
