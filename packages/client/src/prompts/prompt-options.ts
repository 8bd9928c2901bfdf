import type { Headers, PromptFile } from '@streamfold/core'
import { ConversationError } from '../conversation-error.ts'

/** What goes with the text of a prompt. */
export interface PromptOptions<Own = Partial<Headers>> {
  /**
   * Files by their `https:` or `http:` addresses. One that is given as it is, a `File` or `Blob`, is uploaded first, which needs the option
   * `upload`; until then nothing is shown. Default none.
   */
  readonly files?: readonly (PromptFile | Blob)[] | undefined
  /** Headers of your own to publish with it, under names that are not the protocol's (`role`, `status`, …). */
  readonly headers?: Own | undefined
  /** Its message id on the channel and its `key` here, of letters, digits, `-` and `_`. The same id twice is one prompt. Default random. */
  readonly id?: string | undefined
  /**
   * The serial of a response that is being written, or `running` for the newest one: the agent takes the prompt in at its next step if it
   * steers, and otherwise answers it afterwards.
   */
  readonly into?: string | undefined
}

/** A prompt to send, in one argument. */
export interface PromptInput<Own = Partial<Headers>> extends PromptOptions<Own> {
  /** May be missing or empty if there are files. */
  readonly text?: string | undefined
}

/** @throws ConversationError `wrong-argument`, for what untyped code may give: an event handler that was given `sendMessage` itself */
export function readPrompt(
  prompt: string | PromptInput,
  options: PromptOptions | undefined,
): PromptInput & { readonly text: string } {
  const given: unknown = prompt
  const isInput = typeof given === 'object' && given !== null && ('text' in given || 'files' in given)
  const { text = '', ...rest } = (isInput ? given : { text: given }) as PromptInput // Checked below, and where they are used.
  if (typeof (text as unknown) !== 'string' || given === undefined)
    throw wrong(`the text is ${kindOf(isInput ? text : given)}: give a string`)
  const input = { ...rest, ...options, text }
  const { id, into }: { readonly id?: unknown; readonly into?: unknown } = input
  if (into !== undefined && (typeof into !== 'string' || into === ''))
    throw wrong(`into is ${kindOf(into)}: give 'running', or the id of a response`)
  if (id !== undefined && (typeof id !== 'string' || !/^[\w-]+$/.test(id)))
    throw wrong(`the id is ${typeof id === 'string' ? JSON.stringify(id) : kindOf(id)}: give letters, digits, \`-\` and \`_\``)
  return input
}

/** Names a value without what it holds. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return String(value)
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

function wrong(reason: string): ConversationError {
  return new ConversationError('wrong-argument', `unable to send the prompt; ${reason}`)
}
