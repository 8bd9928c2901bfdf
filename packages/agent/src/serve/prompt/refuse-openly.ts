import type { Message } from '@streamfold/core'
import type { ResponseWriter } from '@streamfold/core/transport'
import type { AgentOptions } from '../agent-options.ts'
import type { Refused } from './answer.ts'
import { refused } from './answer.ts'
import type { Assignment } from './assignment.ts'
import type { Claim } from '../claim/claim.ts'
import { RUN } from '../claim/run-header.ts'
import { isBlank } from './is-blank.ts'
import type { Clock } from '../../clock.ts'
import { ReaderError } from '../../publish/reader-error.ts'
import { streamResponse } from '../../publish/stream-response.ts'

/**
 * Refuses a prompt that is empty or too long where everybody can read it: in a failed response, made once. Other readers, and those who
 * come back later, do not get the answer to the notification. Undefined for every other prompt.
 */
export function refuseOpenly(
  found: Assignment,
  claim: Claim,
  writer: ResponseWriter,
  options: AgentOptions,
  clock: Clock,
): Promise<Refused> | undefined {
  const problem = problemOf(found.asked, options)
  return problem && write(problem, found, claim, writer, options, clock)
}

interface Problem {
  readonly reason: 'empty-prompt' | 'prompt-too-long'
  readonly message: string
}

function problemOf({ text, parts }: Message, { maxPrompt = 32_000 }: AgentOptions): Problem | undefined {
  // A file may be all that a user has to say.
  if (isBlank(text) && !parts.some(({ type }) => type === 'file'))
    return { reason: 'empty-prompt', message: 'unable to answer; the prompt is empty: write something first' }
  if (text.length <= maxPrompt) return undefined
  const message = `unable to answer; the prompt is longer than ${maxPrompt} characters: shorten it`
  return { reason: 'prompt-too-long', message }
}

async function write(
  { reason, message }: Problem,
  found: Assignment,
  claim: Claim,
  writer: ResponseWriter,
  options: AgentOptions,
  clock: Clock,
): Promise<Refused> {
  const { prompt, broken } = found
  const { repair, secret } = options
  const said = broken.at(-1)?.id
  if (said !== undefined) return refused(reason, message, { responseId: said })
  const stream = streamResponse(writer, nothing(), {
    headers: { ...options.headers, [RUN]: claim.run },
    ...(repair && { repair }),
    clock,
    replyTo: prompt.id,
    ...(secret !== undefined && { secret }),
    owner: (serial, guessable) => claim.owner(serial, '', guessable),
    signal: AbortSignal.abort(new ReaderError(message)),
    onError: () => undefined, // The user caused it, and the caller gets the reason.
  })
  return stream.serial.then(
    (serial) => refused(reason, message, { responseId: serial }),
    (cause: unknown) => refused(reason, message, { cause }),
  )
}

async function* nothing(): AsyncGenerator<string> {}
