import type { Message, MessagePart, MessageTypes, MessageTypesOf } from '@streamfold/core'

/** A tool call as a message shows it. */
export type CallPart<T extends MessageTypesOf<T> = MessageTypes> = Extract<MessagePart<T>, { readonly toolCallId: string }>

/** A call by its ids. */
export interface CallIds {
  /** The `id` of its message. */
  readonly messageId: string
  readonly toolCallId: string
}

/** A call as it is shown: an element of `waiting`, or a part with its message. */
export interface ShownCall<Call = CallPart> {
  readonly message: { readonly id: string }
  readonly call: Call
}

/** A call that waits for a person or for a page. */
export interface WaitingCall<T extends MessageTypesOf<T> = MessageTypes> extends ShownCall<CallPart<T>> {
  /** The response. */
  readonly message: Message<T>
  /** The prompt that the response answers, whose author may answer unless the call names others; undefined if it is not known. */
  readonly prompt: Message<T> | undefined
}

/** The output that a page may give to a call. */
export type OutputOf<Call> = Call extends { readonly output: infer Output } ? Exclude<Output, undefined> : unknown

/** What a person, or a page, answers to a call. */
export type Decision<Output = unknown> =
  | { readonly approve: boolean; /** Shown to everybody, and given to the model. */ readonly reason?: string | undefined }
  /** The result of a call that a page is asked to run, as JSON. */
  | { readonly output: Output }
  /** Why the page could not run it. Shown to everybody, and given to the model. */
  | { readonly error: string }

/** Whether a call has its input and no result. What a provider runs is not open for anybody here. */
export function isOpenCall({ state, providerExecuted }: Pick<CallPart, 'state' | 'providerExecuted'>): boolean {
  return providerExecuted !== true && (state === 'input-available' || state === 'interrupted')
}
