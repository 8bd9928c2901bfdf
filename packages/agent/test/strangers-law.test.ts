import { STRANGER } from '@streamfold/testkit'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AgentOptions } from '../src/index.ts'
import { responseId, serveAgent } from '../src/index.ts'
import { fakeChannel } from './fake-channel.ts'
import { fakeClock } from './fake-clock.ts'
import { fakeSource } from './fake-source.ts'

/** What a stranger does, and when. Numbers name messages, by index modulo how many there are. */
interface Deed {
  readonly at: number
  readonly do: 'publish' | 'rewrite' | 'delete' | 'cancel'
  readonly about: number
  readonly id: 'response' | 'second' | 'copied' | 'none'
  readonly status: string
  readonly headers: readonly string[]
}

const deed: fc.Arbitrary<Deed> = fc.record({
  // Often just as a prompt comes: before an agent has created the response.
  at: fc.oneof(fc.nat(6), fc.integer({ min: 400, max: 406 }), fc.nat(1_500)),
  do: fc.constantFrom('publish', 'publish', 'rewrite', 'delete', 'cancel'),
  about: fc.nat(9),
  id: fc.constantFrom('response', 'response', 'second', 'copied', 'none'),
  status: fc.constantFrom('streaming', 'complete', 'cancelled', 'failed'),
  headers: fc.subarray(['role', 'status', 'reply-to', 'continues', 'target', 'run', 'error']),
})

const orders = fc.constantFrom<AgentOptions['prompts'][]>('concurrently', 'queue', 'interrupt')
const recoveries = fc.constantFrom<AgentOptions['recovery'][]>('close', 'regenerate')

async function play(deeds: readonly Deed[], options: Partial<AgentOptions>, echo: boolean): Promise<void> {
  const clock = fakeClock()
  const channel = fakeChannel(clock)
  const join = () =>
    serveAgent({
      channel: channel.agent({ echo }),
      respond: ({ prompt }) =>
        fakeSource(
          clock,
          ['answer ', 'to ', prompt.text].map((text) => ({ text, delay: 150 })),
        ),
      onError: () => undefined,
      clock,
      ...options,
    })
  const agents = [join(), join()]
  const own: string[] = []
  const seen = new Map<string, string>()

  function perform({ do: what, about, id, status, headers }: Deed): void {
    const message = channel.messages[about % channel.messages.length]
    if (!message) return
    const said: Readonly<Record<string, string>> = {
      role: 'assistant',
      status,
      'reply-to': message.headers['reply-to'] ?? message.serial,
      continues: message.serial,
      target: message.serial,
      run: message.headers['run'] ?? '9.stranger',
      error: 'said by a stranger',
    }
    const forged = Object.fromEntries(headers.map((name) => [name, said[name]!]))
    const mine = own[about % Math.max(1, own.length)]
    if (what === 'cancel') channel.cancel(message.serial, STRANGER)
    else if (what === 'publish') {
      const ids = {
        response: responseId(message.serial),
        second: `${responseId(message.serial)}-2`,
        copied: message.id,
        none: undefined,
      }
      const taken = ids[id]
      const serial = channel.publish({
        clientId: STRANGER,
        text: 'forged',
        headers: forged,
        ...(taken !== undefined && { id: taken }),
      })
      if (channel.messages.find((each) => each.serial === serial)?.clientId === STRANGER) own.push(serial)
    } else if (mine !== undefined && what === 'delete') channel.remove(mine, forged)
    else if (mine !== undefined) channel.rewrite(mine, 'forged again', forged)
    for (const each of channel.messages) if (each.clientId === STRANGER) seen.set(each.serial, each.version)
  }

  for (const each of deeds) clock.after(each.at, () => perform(each))
  const prompts: string[] = []
  for (const [index, author] of ['alice', 'bob'].entries()) {
    clock.after(index * 400, () => {
      const prompt = channel.prompt(author, author)
      prompts.push(prompt)
      for (const agent of [...agents, agents[0]!]) void agent.answer(prompt)
    })
  }
  await clock.run(60_000)
  await Promise.all(agents.map((agent) => agent.close()))

  expect(
    channel
      .responses()
      .map(({ data, headers }) => [headers['reply-to'], data, headers['status']])
      .toSorted(),
  ).toEqual(prompts.map((prompt, index) => [prompt, `answer to ${['alice', 'bob'][index]}`, 'complete']).toSorted())
  // Nobody but the stranger has written to what is hers.
  for (const each of channel.messages) if (each.clientId === STRANGER) expect(each.version).toBe(seen.get(each.serial))
}

test('whatever a stranger publishes, changes, deletes or cancels, each prompt gets one answer, whole, and nothing is written into hers', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(deed, { maxLength: 12 }),
      orders,
      recoveries,
      fc.option(fc.constant('known to agents only'), { nil: undefined }),
      fc.boolean(),
      (deeds, prompts, recovery, secret, echo) =>
        play(
          deeds,
          { ...(prompts && { prompts }), ...(recovery && { recovery }), ...(secret !== undefined && { secret }) },
          echo,
        ),
    ),
    { numRuns: 150 },
  )
})
