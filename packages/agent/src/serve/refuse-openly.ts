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
 * Refuses a prompt that is too long where everybody can read it: in a failed response, made once. Whoever only reads along, or comes
 * back later, does not hear what the trigger is told. Undefined where the prompt is not too long.
 */
export function refuseOpenly(found: Assignment, claim: Claim, options: AgentOptions, clock: Clock): Promise<Refused> | undefined {
  const { maxPrompt = 32_000 } = options
  if (found.prompt.text.length <= maxPrompt) return undefined
  const reason = `unable to answer; the prompt is longer than ${maxPrompt} characters: shorten it`
  return write(reason, found, claim, options, clock)
}

async function write(reason: string, found: Assignment, claim: Claim, options: AgentOptions, clock: Clock): Promise<Refused> {
  const { prompt, broken } = found
  const { channel, repair, secret } = options
  const said = broken.at(-1)?.id
  if (said !== undefined) return refused('prompt-too-long', reason, { responseId: said })
  const stream = streamResponse(channel.writer, nothing(), {
    headers: { ...options.headers, [RUN]: claim.run },
    ...(repair && { repair }),
    clock,
    replyTo: prompt.id,
    ...(secret !== undefined && { secret }),
    owner: (serial, guessable) => claim.owner(serial, '', guessable),
    signal: AbortSignal.abort(new ReaderError(reason)),
    onError: () => undefined, // It is the user's doing, and whoever asked is told.
  })
  return stream.serial.then(
    (serial) => refused('prompt-too-long', reason, { responseId: serial }),
    (cause: unknown) => refused('prompt-too-long', reason, { cause }),
  )
}

async function* nothing(): AsyncGenerator<string> {}
