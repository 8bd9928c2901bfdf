// @vitest-environment happy-dom
import { simulatedBindingHarness } from '@streamfold/testkit'
import { driver } from '@streamfold/test-support/svelte/driver'
import type { Realtime } from 'ably'
import { flushSync } from 'svelte'
import { expect, it } from 'vitest'
import type { UseConversationResult } from '../src/index.ts'
import { provideAbly, provideConversation, useAbly, useConversation, useMessageIds, useStore } from '../src/index.ts'
import { nested } from './nested.ts'

const simulated = () => {
  const harness = simulatedBindingHarness()
  const client = harness.client as unknown as Realtime // It stands for one.
  return { ...harness, client, until: (seen: () => boolean) => harness.until(driver, seen, () => document.body.innerHTML) }
}

it('says what is missing where there is no provider', () => {
  expect(() => nested(() => void useConversation())).toThrow('no ConversationProvider is above this component')
})

it('says what is missing where no client was given, and which ones were', () => {
  expect(() => nested(() => void useAbly())).toThrow('call provideAbly(client)')
  const { client } = simulated()
  const open = () => {
    provideAbly(client, 'second')
    return () => useConversation({ channelName: 'ai:x' }).status
  }
  expect(() => nested(open)).toThrow('unable to find the ably client "default"')
  expect(() => nested(open)).toThrow('or name one of those that were ("second")')
})

it('gives the nearest client, by id', () => {
  const { client, other } = simulatedBindingHarness() as unknown as { client: Realtime; other: Realtime } // They stand for clients.
  const found: unknown[] = []
  const read = () => void found.push(useAbly(), useAbly('second'))
  nested(
    () => provideAbly(client),
    () => provideAbly(other, 'second'),
    read,
    () => {
      provideAbly(other)
      read()
    },
  )
  expect(found).toEqual([client, other, other, other])
})

it.each([{ channelName: undefined }, { channelName: null }, { channelName: 'ai:later', enabled: false }])(
  'needs no client while it opens nothing: %j',
  (options) => {
    const own = nested(() => {
      const conversation = useConversation(options)
      return () => conversation.connectionStatus
    })
    const provided = nested(
      () => provideConversation(options),
      () => {
        const conversation = useConversation()
        return () => conversation.connectionStatus
      },
    )
    expect([own, provided].map(({ element }) => element.textContent.trim())).toEqual(['disconnected', 'disconnected'])
  },
)

it.each<[string, unknown, string]>([
  ['a name', 'ai:my-chat', 'the options are a string: give { channelName: "ai:my-chat" }'],
  ['a function that returns a name', () => 'ai:my-chat', 'the options are a string: give { channelName: "ai:my-chat" }'],
  ['another field', { channel: 'ai:my-chat' }, 'the options have no channelName: give one, or undefined while there is none'],
  ['nothing in them', {}, 'the options have no channelName'],
])('useConversation with %s says what to give', (_, options, reason) => {
  expect(() => nested(() => void useConversation(options as never))).toThrow(
    expect.objectContaining({ code: 'wrong-option', message: expect.stringContaining(reason) }),
  )
})

it('provides the conversation to the component itself, and the nearest one to those below', async () => {
  const { client, options, agent, until } = simulated()
  for (const name of ['a', 'b']) await agent(`ai:${name}`).complete(await agent(`ai:${name}`).begin(name))
  const texts = () => {
    const conversation = useConversation()
    return () => conversation.messages.map(({ text }) => text)
  }
  const open = (name: string) => () => {
    provideConversation({ channelName: `ai:${name}`, ...options })
    return texts()
  }
  const { element } = nested(() => provideAbly(client), open('a'), texts, open('b'), texts)
  await until(() => element.textContent.replaceAll(/\s/g, '') === 'aabb')
})

it('has current values where nothing renders them: in a handler, in a derived value, and after they were not followed for a while', async () => {
  const { client, options, agent, until } = simulated()
  let conversation: UseConversationResult | undefined
  let derived = () => 0
  nested(
    () => provideAbly(client),
    () => {
      conversation = useConversation({ channelName: 'ai:quiet', ...options })
      const count = $derived(conversation.messages.length)
      derived = () => count
    },
  )
  const said = agent('ai:quiet')
  expect([conversation?.messages.length, derived()]).toEqual([0, 0])
  await said.complete(await said.begin('one'))
  await until(() => conversation?.messages.length === 1)
  expect(derived()).toBe(1)
  const stop = $effect.root(() => {
    $effect(() => void conversation?.messages)
  })
  flushSync()
  await said.complete(await said.begin('two'))
  await until(() => derived() === 2)
  stop()
  await said.complete(await said.begin('three'))
  await until(() => derived() === 3)
  expect(conversation?.messages.map(({ text }) => text)).toEqual(['one', 'two', 'three'])
})

it('gives the store of the conversation, and with it the list', async () => {
  const { client, options, agent, until } = simulated()
  await agent('ai:store').complete(await agent('ai:store').begin('there'))
  const { element } = nested(
    () => provideAbly(client),
    () => provideConversation({ channelName: 'ai:store', ...options }),
    () => {
      const [store, ids, conversation] = [useStore(), useMessageIds(), useConversation()]
      return () => [
        store.current === conversation.store,
        store.current.getState() === store.current.getSnapshot(),
        ids.current.length,
      ]
    },
  )
  await until(() => element.textContent.trim() === 'true,true,1')
})

it('keeps the attachment where a component is replaced by another one', async () => {
  const { client, options, agent, until, ably } = simulated()
  await agent('ai:key').complete(await agent('ai:key').begin('there'))
  const page = () =>
    nested(
      () => provideAbly(client),
      () => {
        const conversation = useConversation({ channelName: 'ai:key', ...options })
        return () => conversation.messages.map(({ text }) => text)
      },
    )
  const first = page()
  const channel = client.channels.get('ai:key')
  await until(() => first.element.textContent.trim() === 'there' && channel.state === 'attached')
  const states: string[] = []
  channel.on(({ current }) => states.push(current))
  first.unmount()
  const second = page()
  flushSync()
  expect(second.element.textContent.trim()).toBe('there')
  ably.service.clock.advance(1_000)
  expect(states).toEqual([])
  second.unmount()
  await until(() => channel.state === 'detached')
})
