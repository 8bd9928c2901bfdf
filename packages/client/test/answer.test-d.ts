// What must and must not compile. Checked by `pnpm check` (types); never run.
import type { CallPart, ClientTools, SharedConversation, WaitingCall } from '@streamfold/client'

interface Mine {
  readonly tools: {
    readonly timeZone: { readonly input: { readonly of: string }; readonly output: { readonly zone: string } }
    readonly send: { readonly input: { readonly to: string }; readonly output: boolean }
  }
}

export async function outputs({ answer }: SharedConversation<Mine>, { call, message }: WaitingCall<Mine>): Promise<void> {
  if (call.type !== 'tool-timeZone') return
  await answer({ message, call }, { output: { zone: 'UTC' } })
  await answer({ message, call }, { error: 'no such place' })
  // @ts-expect-error not what the tool returns
  await answer({ message, call }, { output: true })
}

export async function decisions({ answer, mayAnswer }: SharedConversation<Mine>, waiting: WaitingCall<Mine>): Promise<void> {
  if (!mayAnswer(waiting)) return
  await answer(waiting, { approve: true })
  await answer(waiting, { approve: false, reason: 'not today' })
  await answer({ messageId: 's1', toolCallId: 'c1' }, { output: 1 })
  // @ts-expect-error a reason is text
  await answer(waiting, { approve: false, reason: 1 })
  // @ts-expect-error a message has several calls
  await answer({ messageId: 's1' }, { approve: true })
}

export const calls: CallPart = undefined as unknown as WaitingCall['call']

export const tools: readonly ClientTools<Mine>[] = [
  { timeZone: ({ of }) => ({ zone: of }) },
  { timeZone: async ({ of }, { signal, call }) => ({ zone: signal.aborted ? of : call.toolCallId }) },
  // @ts-expect-error the tool returns an object
  { timeZone: () => 'UTC' },
  // @ts-expect-error the agent has no such tool
  { other: () => 'UTC' },
]

export const anyTools: ClientTools = { anything: (input) => [input] }
