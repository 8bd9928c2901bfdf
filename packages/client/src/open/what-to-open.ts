import type { ConversationTransport } from '@streamfold/core/transport'
import { channelNameProblem } from '../channel-name.ts'
import type { ConversationError } from '../conversation-error.ts'

/** The options of a binding that decide which conversation it opens. */
export interface WhichConversation {
  readonly channelName: string | null | undefined
  readonly enabled?: boolean | undefined
  readonly transport?: ConversationTransport | undefined
}

/** What a binding opens: the conversation of `transport`, or of the channel with this `name`, or none, for a `problem` if there is one. */
export interface WhatToOpen {
  readonly transport: ConversationTransport | undefined
  /** Of the channel whose transport the binding makes. Only this needs a client. */
  readonly name: string | undefined
  /** Give it to `unopenedConversation`. Another object each time: compare `message` to find out whether the problem is another one. */
  readonly problem: ConversationError | undefined
}

/** Decides for a binding what it opens. A wrong name is a problem beside a transport, too, and no problem while the binding is not enabled. */
export function whatToOpen({ channelName, enabled = true, transport }: WhichConversation): WhatToOpen {
  const named = enabled && channelName !== undefined && channelName !== null
  const problem = named ? channelNameProblem(channelName) : undefined
  return {
    transport: enabled ? transport : undefined,
    name: named && !transport && problem === undefined ? channelName : undefined,
    problem,
  }
}
