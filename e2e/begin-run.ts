import type { Head } from '@streamfold/core/codec'
import { escapeBody, frameHead } from '@streamfold/core/codec'
import { createActor } from './actor.ts'

/** An answer in the format `parts/1` that a test writes frame by frame. */
export interface Run {
  /** Writes a head, and the body after it. */
  say(head: Head, body?: string): Promise<void>
  /** Writes more of the open body. */
  more(body: string): Promise<void>
  end(status?: string): Promise<void>
}

const headers = { format: 'parts/1' }

/** Asks, and begins to answer. */
export async function beginRun(conversation: string): Promise<Run> {
  const actor = await createActor(conversation)
  await actor.enter()
  const replyTo = await actor.prompt('How many messages does history hold?')
  const serial = await actor.respond('', { status: 'streaming', 'reply-to': replyTo, ...headers })
  const append = (data: string, status?: string) => actor.append(serial, data, status, { 'reply-to': replyTo, ...headers })
  return {
    say: (head, body = '') => append(frameHead(head) + escapeBody(body)),
    more: (body) => append(escapeBody(body)),
    async end(status = 'complete') {
      await append('', status)
      actor.close()
    },
  }
}
