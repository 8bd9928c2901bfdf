import type { Conversation, ConversationEvent } from '@streamfold/core'
import type { Agent, AgentOptions } from './agent-options.ts'
import type { Announcer } from './announcer.ts'
import { createAnnouncer } from './announcer.ts'
import type { Answer, Refused } from './answer.ts'
import { refused } from './answer.ts'
import type { Assignment } from './assignment.ts'
import { abandonedBy, assign } from './assignment.ts'
import { createCancellations } from './cancellations.ts'
import type { Claim } from './claim.ts'
import { createClaim, RUN } from './claim.ts'
import { sleep, systemClock } from './clock.ts'
import { muteable } from './muteable.ts'
import { responseId } from './response-id.ts'
import { streamResponse } from './stream-response.ts'

/** Time given to history to show a prompt that was acknowledged a moment ago, in milliseconds. */
const HISTORY_LAG = 250

/** Answers the prompts of one channel, each once. It attaches with the first trigger, and listens to cancels from then on. */
export function serveAgent(options: AgentOptions): Agent {
  const { channel, clock = systemClock, onError = () => undefined, takeoverAfter = 15_000, abandonedAfter = 60_000 } = options
  const cancellations = createCancellations(clock)
  const announcer: Announcer = createAnnouncer(channel, onError)
  const answers = new Map<string, Promise<Answer>>()
  const stops = new Map<string, AbortController>()
  const claims = new Set<Claim>()
  let attached: Promise<() => void> | undefined
  let tidied = false
  let closed = false

  function hear(event: ConversationEvent): void {
    for (const claim of claims) claim.note(event)
    if (event.type === 'cancel') cancellations.cancel(event.target, event.at)
    // Who deletes a prompt or its response wants no more of it.
    if (event.type === 'deleted') stops.get(event.headers?.['reply-to'] ?? event.serial)?.abort(DELETED)
  }

  function attach(): Promise<() => void> {
    attached ??= channel.subscribe(hear).catch((error: unknown) => {
      attached = undefined // the next trigger tries again
      throw error
    })
    return attached
  }

  async function begin(promptSerial: string): Promise<Answer> {
    const stop = new AbortController()
    const claim = createClaim(channel, promptSerial, crypto.randomUUID(), clock)
    stops.set(promptSerial, stop)
    claims.add(claim)
    let cancel = (at: number): void => void (cancelledAt = at)
    let cancelledAt = -Infinity
    const release = [
      () => void stops.delete(promptSerial),
      () => void claims.delete(claim),
      cancellations.watch(promptSerial, (at) => cancel(at)),
      () => announcer.done(promptSerial),
    ]
    const answer = await look(promptSerial).then((found) => {
      if (found.type === 'refused') return found
      // A cancel of the attempt that failed is over; one that came since is meant for this one.
      if (cancelledAt > (found.broken.at(-1)?.updatedAt ?? -Infinity)) stop.abort()
      cancel = () => stop.abort()
      return write(found, stop, claim, release)
    }, unavailable)
    const end = (): void => release.forEach((each) => each())
    if (answer.type === 'refused') end()
    else void answer.finished.then(end)
    return answer
  }

  async function look(promptSerial: string): Promise<Assignment | Refused> {
    // Listening before reading: what happens in between is heard.
    await attach()
    for (let attempt = 1; ; attempt++) {
      const conversation = await channel.conversation()
      const found = assign(conversation, promptSerial, clock.now(), takeoverAfter)
      if (!tidied) tidy(conversation, promptSerial)
      if (found.type !== 'refused' || found.reason !== 'unknown-prompt' || attempt > 1) return found
      await sleep(clock, HISTORY_LAG)
    }
  }

  /** Closes what an agent before us left open. An empty append cannot lose text, should its author be alive after all. */
  function tidy(conversation: Conversation, promptSerial: string): void {
    tidied = true
    for (const { id, replyTo, headers } of abandonedBy(conversation, channel.clientId, clock.now(), abandonedAfter)) {
      if (replyTo === promptSerial || (replyTo !== undefined && answers.has(replyTo))) continue
      const closing = { ...headers, status: 'failed', error: 'the agent stopped before the end' }
      channel.writer.append(id, { text: '', headers: closing }).catch(onError)
    }
  }

  async function write(found: Assignment, stop: AbortController, claim: Claim, release: (() => void)[]): Promise<Answer> {
    const { prompt, messages, broken } = found
    const [before] = broken
    const { respond, batch, describe, maxInFlight, repair } = options
    announcer.working(prompt.id)
    const { signal } = stop
    const writer = muteable(channel.writer, () => signal.reason === DELETED)
    // Not called when it is not wanted any more: a model costs.
    const source = signal.aborted ? nothing() : (async () => respond({ messages, prompt, signal }))()
    const stream = streamResponse(writer, source, {
      replyTo: prompt.id,
      id: before ? `${responseId(prompt.id)}-${broken.length + 1}` : responseId(prompt.id),
      signal,
      headers: { ...options.headers, [RUN]: claim.run },
      confirm: (serial) => claim.confirm(serial, before?.version ?? ''),
      clock,
      // One of several messages has no single text to replace: it is answered anew behind them.
      ...(before && broken.length === 1 && { restart: before.id }),
      ...(batch && { batch }),
      ...(describe && { describe }),
      ...(maxInFlight !== undefined && { maxInFlight }),
      ...(repair && { repair }),
    })
    try {
      const responseSerial = await stream.serial
      release.push(cancellations.watch(responseSerial, () => stop.abort()))
      announcer.working(prompt.id, responseSerial)
      return { type: 'answering', responseId: responseSerial, finished: stream.finished }
    } catch (error) {
      return unavailable(error)
    }
  }

  return {
    get working() {
      return answers.size
    },
    answer(promptSerial) {
      if (closed) return Promise.resolve(refused('closed', 'unable to answer; this agent was closed'))
      const known = answers.get(promptSerial)
      if (known) return known
      const answer = begin(promptSerial)
      answers.set(promptSerial, answer)
      const forget = (): void => void answers.delete(promptSerial)
      void answer.then((it) => (it.type === 'refused' ? forget() : it.finished.then(forget)))
      return answer
    },
    async close() {
      closed = true
      for (const stop of stops.values()) stop.abort(new Error('the agent was stopped'))
      await Promise.all(Array.from(answers.values(), async (answer) => settled(await answer)))
      await announcer.settled()
      const detach = await attached?.catch(() => undefined)
      detach?.()
    },
  }
}

const DELETED = new DOMException('the message was deleted', 'AbortError')

function unavailable(cause: unknown): Refused {
  const message = cause instanceof Error ? cause.message : String(cause)
  return refused('unavailable', `unable to answer; the channel failed: ${message}`, { cause })
}

async function settled(answer: Answer): Promise<void> {
  if (answer.type === 'answering') await answer.finished
}

async function* nothing(): AsyncGenerator<string> {}
