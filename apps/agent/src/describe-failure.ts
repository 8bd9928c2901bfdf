import { ReaderError } from '@streamfold/agent'
import { APICallError, RetryError } from 'ai'

/** What readers of a conversation are told about a failed model call. The error's own message may hold a key, a URL or a prompt. */
export function describeFailure(error: unknown): string {
  if (RetryError.isInstance(error)) return describeFailure(error.lastError)
  if (APICallError.isInstance(error)) {
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
  if (error instanceof ReaderError) return `${error.message}; try again`
  return 'the model failed; try again'
}
