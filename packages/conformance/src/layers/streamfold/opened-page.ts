import type { ConversationHandle } from '@streamfold/ably'
import type { WaitingCall } from '@streamfold/client'
import type { Message } from '@streamfold/core'
import type { Page } from '../../layer.ts'
import { shownMessages } from './shown.ts'

/** The members of an opened conversation that a page uses, in every binding. */
export interface Opened {
  readonly messages: readonly Message[]
  readonly waiting: readonly WaitingCall[]
  readonly sendMessage: ConversationHandle['sendMessage']
  readonly answer: ConversationHandle['answer']
  readonly stop: ConversationHandle['stop']
}

export function openedPage(opened: () => Opened, close: () => void): Page {
  return {
    messages: () => shownMessages(opened().messages),
    send: (text) => opened().sendMessage(text),
    approve(callId) {
      const { waiting, answer } = opened()
      const call = waiting.find(({ call }) => call.toolCallId === callId)
      if (!call) throw new Error(`unable to approve; ${callId} does not wait on the page`)
      return answer(call, { approve: true })
    },
    stop: () => opened().stop(),
    close,
  }
}
