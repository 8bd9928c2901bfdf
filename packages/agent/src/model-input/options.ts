import type { FilePart } from '@streamfold/core'

/** What of a conversation a model is given besides text, and calls of tools that the agent has run. */
export interface ModelInputOptions {
  /**
   * Whether a file of a user is passed to the model. Default: all that OpenAI and Anthropic accept, which are PDF, JPEG, PNG, GIF and WebP,
   * by an `https:` address or as a `data:` URL. A file that is not passed has a note in the text. The provider, or the AI SDK for providers that
   * read no addresses, downloads the file with each request, and the request fails if it is gone: pass addresses of your own storage only.
   */
  readonly files?: (file: FilePart) => boolean
  /**
   * Whether reasoning is passed back to the provider that has signed or encrypted it; other reasoning never is, because a provider refuses
   * it or ignores it. Default true.
   */
  readonly reasoning?: boolean
  /**
   * Whether tools that the provider has run itself, such as a search, are passed back with their results. Only if all answers of the
   * conversation are of the provider that receives it: others refuse the request. Default false, then the answers themselves remain.
   */
  readonly providerTools?: boolean
  /**
   * Whether reasoning of OpenAI may be named by its id, which OpenAI must then have stored: a request that names an item which OpenAI has
   * deleted fails. Default false, then only encrypted reasoning is passed back, by its contents.
   */
  readonly itemIds?: boolean
  /**
   * Outputs of the last message's calls that the agent has run just now, by `toolCallId`; an `Error` is the failure of the call. Only a response that goes
   * on takes them (`task.continued`). Default none: an approved call without one is passed to the AI SDK as approved, so that `streamText` runs it, and to
   * others as one without a result.
   */
  readonly results?: Readonly<Record<string, unknown>>
}
