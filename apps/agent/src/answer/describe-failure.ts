import { ReaderError, ToolError } from '@streamfold/agent'
import { APICallError, RetryError } from 'ai'

/** Error codes of OpenAI and Azure for a conversation that they refuse. */
const filtered = 'the model service’s filter refused this conversation; ask in other words'
const refusals: ReadonlyMap<unknown, string> = new Map([
  ['content_filter', filtered],
  ['content_policy_violation', filtered],
  ['context_length_exceeded', 'the conversation is too long for the model; begin a new one'],
])

/** The text that readers see for a failed model call, or a failed tool. The error's own message may contain a key, a URL or a prompt. */
export function describeFailure(error: unknown): string {
  if (RetryError.isInstance(error)) return describeFailure(error.lastError)
  if (APICallError.isInstance(error)) {
    const refusal = refusals.get(codeOf(error))
    if (refusal !== undefined) return refusal
    switch (error.statusCode) {
      case 401:
      case 403:
        return 'the model service refused the agent’s API key'
      case 404:
        return 'the model service does not know this model; check MODEL'
      case 429:
        return 'the model service is busy, or the quota is used up; try again later'
      case undefined:
        return 'the model service could not be reached; try again'
      default:
        return `the model service answered with status ${error.statusCode}; try again`
    }
  }
  // The model goes on, so there is no use in trying again.
  if (error instanceof ToolError) return error.cause instanceof ReaderError ? error.cause.message : 'the tool failed'
  if (error instanceof ReaderError) return `${error.message}; try again`
  return 'the model failed; try again'
}

function codeOf({ data }: APICallError): unknown {
  const failure: unknown = typeof data === 'object' && data !== null && 'error' in data ? data.error : undefined
  return typeof failure === 'object' && failure !== null && 'code' in failure ? failure.code : undefined
}
