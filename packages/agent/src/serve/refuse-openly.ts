import type { ResponseWriter } from '@streamfold/core/transport'
import type { AgentOptions } from './agent-options.ts'
import type { Refused } from './answer.ts'
import { refused } from './answer.ts'
import type { Assignment } from './assignment.ts'
import type { Claim } from './claim.ts'
import { RUN } from './claim.ts'
import type { Clock } from '../clock.ts'
import { ReaderError } from '../publish/reader-error.ts'
import { streamResponse } from '../publish/stream-response.ts'

/**
 * Refuses a prompt that is too long where everybody can read it: in a failed response, made once. Other readers, and those who come back
 * later, do not get the answer to the notification. Undefined where the prompt is not too long.
 */
export function refuseOpenly(
  found: Assignment,
  claim: Claim,
  writer: ResponseWriter,
  options: AgentOptions,
  clock: Clock,
): Promise<Refused> | undefined {
  const { maxPrompt = 32_000 } = options
  if (found.prompt.text.length <= maxPrompt) return undefined
  const reason = `unable to answer; the prompt is longer than ${maxPrompt} characters: shorten it`
  return write(reason, found, claim, writer, options, clock)
}

async function write(
  reason: string,
  found: Assignment,
  claim: Claim,
  writer: ResponseWriter,
  options: AgentOptions,
  clock: Clock,
): Promise<Refused> {
  const { prompt, broken } = found
  const { repair, secret } = options
  const said = broken.at(-1)?.id
  if (said !== undefined) return refused('prompt-too-long', reason, { responseId: said })
  const stream = streamResponse(writer, nothing(), {
    headers: { ...options.headers, [RUN]: claim.run },
    ...(repair && { repair }),
    clock,
    replyTo: prompt.id,
    ...(secret !== undefined && { secret }),
    owner: (serial, guessable) => claim.owner(serial, '', guessable),
    signal: AbortSignal.abort(new ReaderError(reason)),
    onError: () => undefined, // The user caused it, and the caller gets the reason.
  })
  return stream.serial.then(
    (serial) => refused('prompt-too-long', reason, { responseId: serial }),
    (cause: unknown) => refused('prompt-too-long', reason, { cause }),
  )
}

async function* nothing(): AsyncGenerator<string> {}
