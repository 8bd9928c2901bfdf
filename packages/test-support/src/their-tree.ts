import { getTransportHeaders } from '@ably/ai-transport'
import { selectMessages } from '@streamfold/core'
import type { Invocation } from '@streamfold/core/ai-transport'
import { aiTransport, invocationOf } from '@streamfold/core/ai-transport'
import type { RealtimeChannel } from 'ably'
import { vi } from 'vitest'
import { open } from './open.ts'
import type { TheirAgent } from './their-agent.ts'
import type { TheirClient } from './their-client.ts'

/** What a person does, and whether the agent answers. A number names a message, by index modulo their number. */
export interface TreeStep {
  readonly do: 'ask' | 'edit' | 'regenerate'
  readonly of: number
  readonly by: string
  readonly isAnswered: boolean
}

/** A person on a channel of AI Transport, with any client. Messages have the names that the channel gives them. */
export interface Person {
  readonly ask: (text: string, behind: string | undefined) => Promise<Request>
  readonly edit: (prompt: string, text: string) => Promise<Request>
  readonly regenerate: (response: string) => Promise<Request>
}

/** What a person has published, and how its agent is woken. */
export interface Request {
  readonly name: string
  readonly invocation: Invocation
}

/** Has a prompt answered with a text. @returns the name of the response */
export type AnswerWith = (invocation: Invocation, text: string) => Promise<string>

interface Asked {
  readonly by: string
  readonly name: string
  /** What its responses are called. */
  readonly responses: string[]
}

/** Plays steps. Everybody edits prompts of their own. @param mayRegenerate whether anybody may ask for another response to any prompt */
export async function playTree(
  steps: readonly TreeStep[],
  personOf: (name: string) => Person,
  answer: AnswerWith,
  { mayRegenerate = false } = {},
): Promise<void> {
  const prompts: Asked[] = []
  /** Names of messages that another may follow. */
  const messages: string[] = []
  let texts = 0
  for (const { do: what, of, by, isAnswered } of [{ do: 'ask', of: 0, by: 'ann', isAnswered: true } as const, ...steps]) {
    const person = personOf(by)
    const own = prompts.filter((prompt) => prompt.by === by)
    const edited = what === 'edit' ? own[of % own.length] : undefined
    const answered = (mayRegenerate ? prompts : own).filter(({ responses }) => responses.length > 0)
    const regenerated = what === 'regenerate' ? answered[of % answered.length] : undefined
    const text = `${what} ${++texts}`
    const replaced = regenerated?.responses[of % regenerated.responses.length]
    const asked =
      replaced !== undefined
        ? await person.regenerate(replaced)
        : edited
          ? await person.edit(edited.name, text)
          : await person.ask(text, messages[of % messages.length])
    const prompt = regenerated ?? { by, name: asked.name, responses: [] }
    if (!regenerated) {
      prompts.push(prompt)
      messages.push(prompt.name)
    }
    if (!isAnswered) continue
    const name = await answer(asked.invocation, `answer ${texts}`)
    prompt.responses.push(name)
    messages.push(name)
  }
}

/** A person with a client of AI Transport. */
export function theirPerson(client: TheirClient): Person {
  const { view } = client.session
  const input = (text: string) => ({
    kind: 'user-message' as const,
    message: { id: text, role: 'user' as const, parts: [{ type: 'text' as const, text }] },
  })
  const asked = async (sent: ReturnType<typeof view.send>): Promise<Request> => {
    const run = await sent
    return { name: run.inputCodecMessageId, invocation: run.toInvocation().toJSON() }
  }
  return {
    async ask(text, behind) {
      if (behind !== undefined) await known(client, behind)
      return asked(view.send(input(text), behind === undefined ? {} : { parent: behind }))
    },
    async edit(prompt, text) {
      await known(client, prompt)
      return asked(view.edit(prompt, input(text)))
    },
    async regenerate(response) {
      await known(client, response)
      return asked(view.regenerate(response))
    },
  }
}

async function known({ session }: TheirClient, name: string): Promise<void> {
  await vi.waitFor(() => {
    if (!session.tree.getNodeByCodecMessageId(name)) throw new Error(`their client has not read ${name} yet`)
  })
}

/** A person with our client. */
export function ourPerson(channel: RealtimeChannel, as: string, agent: string): Person {
  const woken: Invocation[] = []
  const { store, choose, sendMessage, edit, regenerate } = open(channel, {
    agent,
    codec: aiTransport,
    notifyAgent: (prompt) => Promise.resolve(void woken.push(invocationOf(prompt))),
  })
  let names = 0
  const idOf = (name: string): Promise<string> =>
    vi.waitFor(() => {
      const message = selectMessages(store.getState()).find(({ headers }) => headers['codec-message-id'] === name)
      if (!message) throw new Error(`our client has not read ${name} yet`)
      return message.id
    })
  const asked = async (send: (id: string) => Promise<void>): Promise<Request> => {
    const name = `${as}-${++names}`
    await send(name)
    const invocation = await vi.waitUntil(() => woken.shift())
    return { name, invocation }
  }
  return {
    async ask(text, behind) {
      await choose(behind === undefined ? undefined : await idOf(behind))
      return asked((id) => sendMessage(text, { id }))
    },
    async edit(prompt, text) {
      const id = await idOf(prompt)
      return asked((key) => edit(id, text, { id: key }))
    },
    async regenerate(response) {
      const id = await idOf(response)
      return asked((key) => regenerate(id, { id: key }))
    },
  }
}

/** Their agent answers. @param reader a channel on which the response is read */
export function theirAnswers(agent: TheirAgent, reader: RealtimeChannel): AnswerWith {
  return async (invocation, text) => {
    const answering = await agent.answer(invocation)
    await answering.say(text)
    await answering.complete()
    return responseName(reader, text)
  }
}

/** What a response of one text is called on a channel. */
export function responseName(channel: RealtimeChannel, text: string): Promise<string> {
  return vi.waitFor(async () => {
    const { items } = await channel.history({ limit: 20 })
    const name = items.filter(({ data }) => data === text).map((item) => getTransportHeaders(item)['codec-message-id'])[0]
    if (name === undefined) throw new Error(`nothing on the channel says ${text}`)
    return name
  })
}
