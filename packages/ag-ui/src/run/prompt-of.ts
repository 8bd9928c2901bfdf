import type { ContentPart, PartSource, RunAgentInput, UserMessage } from '@ag-ui/core'
import type { GivenFile, PromptInput } from '@streamfold/client'
import { ConversationError, fileOf } from '@streamfold/client'
import type { Headers } from '@streamfold/core'

/** The published content of a user's message. */
export interface Prompt {
  /** May be empty if there are files. */
  readonly text: string
  /** Files by their addresses; a `File` or `Blob` is uploaded first, with the option `upload`. */
  readonly files?: PromptInput['files']
  /** `'running'`, or the serial of a response: the prompt is for that one, at the agent's next step. An edit cannot be. */
  readonly into?: PromptInput['into']
  /** Headers for the agent. Reserved names (`role`, `status`, …) are refused. */
  readonly headers?: Headers
}

/** Makes the published content of a user's message. `input` has the context, tools and properties that a page gave to the run. */
export type ReadPrompt = (message: UserMessage, input: RunAgentInput) => Prompt

/**
 * The default `prompt`: the text parts of a message with an empty line between them, and its files.
 * @throws ConversationError `wrong-file`, for a file that only its provider can find or that cannot be read; `wrong-argument`, for contents of another shape
 */
export function promptOf({ content }: UserMessage): Prompt {
  if (typeof content === 'string') return { text: content }
  if (!Array.isArray(content) || !content.every(isKnown))
    throw new ConversationError(
      'wrong-argument',
      'unable to send the prompt; its message has contents that AG-UI 1.0 does not have: give a text, parts of text, or files with their `source`',
    )
  const text = content.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n\n')
  const files = content.flatMap((part) => (part.type === 'text' ? [] : [fileOf(withoutProvider(part))]))
  return { text, ...(files.length > 0 && { files }) }
}

function withoutProvider({ source, ...part }: Exclude<ContentPart, { type: 'text' }>): GivenFile {
  if (source.type === 'url' || source.type === 'data') return { ...part, source }
  throw new ConversationError(
    'wrong-file',
    'unable to send the prompt; a file is named by an id of its provider: give its address, or its contents',
  )
}

/** A page may be written in JavaScript, or for an older AG-UI. */
function isKnown(part: ContentPart): boolean {
  if (part.type === 'text') return typeof part.text === 'string'
  return kinds.includes(part.type) && typeof (part.source as Partial<PartSource> | undefined)?.value === 'string'
}

const kinds: readonly string[] = ['image', 'audio', 'video', 'document'] satisfies readonly ContentPart['type'][]
