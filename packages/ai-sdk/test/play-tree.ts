import type { RealtimeChannel } from 'ably'
import * as fc from 'fast-check'

/** What happens on a channel. Numbers name messages, by index modulo their number. */
export interface Step {
  readonly do: 'ask' | 'edit' | 'regenerate'
  readonly of: number
  readonly by: 'ann' | 'ben'
  readonly isAnswered: boolean
}

/** One of them. */
export const step = fc.record<Step>({
  do: fc.constantFrom('ask', 'ask', 'edit', 'regenerate'),
  of: fc.nat(20),
  by: fc.constantFrom('ann', 'ann', 'ben'),
  isAnswered: fc.oneof({ weight: 4, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
})

/** Plays the steps as several people and an agent. */
export async function playTree(steps: readonly Step[], channelOf: (clientId: string) => RealtimeChannel): Promise<void> {
  const prompts: { readonly serial: string; readonly by: string }[] = []
  const messages: string[] = []
  let texts = 0
  async function publish(by: string, name: string, headers: Record<string, string>, data?: string): Promise<string> {
    const role = name === 'prompt' ? 'user' : 'assistant'
    const { serials } = await channelOf(by).publish({
      name,
      ...(data !== undefined && { data }),
      extras: { headers: { role, ...headers } },
    })
    return serials[0] ?? ''
  }
  for (const { do: what, of, by, isAnswered } of [{ do: 'ask', of: 0, by: 'ann', isAnswered: true } as const, ...steps]) {
    const own = prompts.filter((prompt) => prompt.by === by)
    const named = own[of % own.length]
    const parent = messages[of % messages.length]
    const text = `${what} ${++texts}`
    let asked: string
    if (what === 'regenerate' && named) asked = await publish(by, 'prompt', { again: named.serial })
    else {
      const headers = what === 'edit' && named ? { edits: named.serial } : { ...(parent !== undefined && { parent }) }
      asked = await publish(by, 'prompt', headers, text)
      prompts.push({ serial: asked, by })
      messages.push(asked)
    }
    // A request that nothing answers stands for a response only until its time is over.
    if (!isAnswered && what !== 'regenerate') continue
    messages.push(await publish('agent', 'response', { 'reply-to': asked, status: 'complete' }, `answer ${texts}`))
  }
}
