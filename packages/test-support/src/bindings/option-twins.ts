import type { SimulatedBindingHarness } from '@streamfold/testkit'
import { simulatedBindingHarness } from '@streamfold/testkit'
import type { NormaliseOptions } from '@streamfold/core'
import { selectConnectionStatus, selectMessages } from '@streamfold/core'
import { defineCodec } from '@streamfold/core/codec'
import { exportLog } from '@streamfold/core/log'
import type { RealtimeChannel } from 'ably'
import { expect, it } from 'vitest'
import type { OpenOptions, SharedConversation } from '@streamfold/ably'
import { openConversation } from '@streamfold/ably'

/** A mounted `useConversation` or provider, whose options may be changed one by one. */
interface MountedOptions {
  readonly texts: () => readonly string[]
  readonly conversation: () => Omit<SharedConversation, 'store'>
  readonly store: () => SharedConversation['store']
  readonly set: (options: Partial<OpenOptions> & { readonly channelName?: string; readonly ablyId?: string }) => void
  readonly unmount: () => void
}

/** Mounts on two clients, `default` and `second`. */
export type MountWithOptions = (
  clients: readonly [SimulatedBindingHarness['client'], SimulatedBindingHarness['client']],
  options: OpenOptions & { readonly channelName: string },
) => MountedOptions

/** What both bindings do when an option changes. `settled` resolves when it is drawn. */
export function optionTwins(mount: MountWithOptions, settled: () => Promise<void>): void {
  function page(options: OpenOptions = {}) {
    const harness = simulatedBindingHarness()
    const second = harness.ably.client({ clientId: 'bob' })
    const mounted = mount([harness.client, second], { channelName: 'ai:options', ...harness.options, ...options })
    const until = (seen: () => boolean) => harness.until({ settled, mount: () => never() }, seen, () => mounted.texts().join())
    const shows = (...texts: string[]) => until(() => mounted.texts().join() === texts.join())
    const live = () => until(() => selectConnectionStatus(mounted.store().getSnapshot()) === 'live')
    const listeners = (client = harness.client) => {
      const there = Object.values(client.channels.all)
      const emitters = [client.connection, ...there, ...there.map(({ subscriptions }) => subscriptions)]
      return emitters.reduce((sum, emitter) => sum + (emitter.listeners()?.length ?? 0), 0)
    }
    return { harness, second, mounted, until, shows, live, listeners, agent: harness.agent('ai:options') }
  }

  it('another client: the conversation is followed there, and nothing is left at the one before', async () => {
    const { second, harness, mounted, until, shows, agent, listeners } = page()
    await agent.complete(await agent.begin('hello'))
    await shows('hello')
    const busy = listeners()
    mounted.set({ ablyId: 'second' })
    await until(() => harness.client.channels.get('ai:options').state === 'detached')
    await shows('hello')
    expect([listeners(), listeners(second)]).toEqual([0, busy])
    mounted.unmount()
    await until(() => second.channels.get('ai:options').state === 'detached')
    expect(listeners(second)).toBe(0)
  })

  it('other agents: roles are decided again, on the same attachment', async () => {
    const { harness, mounted, until, agent, listeners } = page({ agent: 'nobody' })
    const states: string[] = []
    await agent.complete(await agent.begin('I am'))
    const role = () => selectMessages(mounted.store().getSnapshot())[0]?.role
    await until(() => role() === 'user')
    const busy = listeners()
    const channel = harness.client.channels.get('ai:options')
    channel.on(({ current }) => states.push(current))
    mounted.set({ agent: ['agent'] })
    await until(() => role() === 'assistant')
    harness.ably.service.clock.advance(1_000)
    expect(states).toEqual([])
    expect(listeners()).toBe(busy + 1)
    mounted.unmount()
    await until(() => channel.state === 'detached')
    expect(listeners()).toBe(1)
  })

  it('another text, history, rewind, notifyAgent, clock: used from then on', async () => {
    const { harness, mounted, until, shows, live, agent } = page({ history: 1, rewind: '0' })
    for (const text of ['1', '2', '3', '4']) await agent.complete(await agent.begin(), text)
    await shows('4')
    await live()
    const asked: string[] = []
    const text: NormaliseOptions['text'] = (data) => `${String(data)}!`
    mounted.set({ text, rewind: '7', notifyAgent: async ({ promptSerial }) => void asked.push(promptSerial) })
    await settled()
    await agent.complete(await agent.begin('5'))
    await until(() => mounted.texts().at(-1)?.startsWith('5!') === true)
    void mounted.conversation().sendMessage('ask')
    await until(() => asked.length === 1)
    void mounted.conversation().disconnect()
    await until(() => harness.client.channels.get('ai:options').state === 'detached')
    void mounted.conversation().connect()
    await live()
    expect(harness.client.channels.get('ai:options').params).toEqual({ rewind: '7' })
  })

  it('a codec: what is read, asked and stopped in it', async () => {
    const codec = defineCodec({
      decode: ({ data, name }) =>
        name === 'response'
          ? { data: String(data).toUpperCase(), headers: { role: 'assistant', status: 'streaming' } }
          : { reason: `${String(name)} is not shown` },
      prompt: ({ key, text }) => ({ id: key, name: 'said', data: text, extras: {} }),
      cancel: ({ id }) => ({ name: 'halt', data: id, extras: {} }),
    })
    const { second, mounted, shows, live, agent, until } = page({ codec })
    const written: string[] = []
    void second.channels.get('ai:options').subscribe(({ name, data }) => written.push(`${name} ${data}`))
    await live()
    const serial = await agent.begin('hello')
    await shows('HELLO')
    void mounted.conversation().sendMessage('Hi')
    await until(() => written.includes('said Hi'))
    void mounted.conversation().stop()
    await until(() => written.includes(`halt ${serial}`))
  })

  it('a log: kept from when it is asked for, until it is not', async () => {
    const { mounted, live, shows, agent } = page()
    await live()
    expect(mounted.store().log).toBeUndefined()
    mounted.set({ log: { limit: 1_000 } })
    await settled()
    await agent.complete(await agent.begin('logged'))
    await shows('logged')
    const { log } = mounted.store()
    expect(selectConnectionStatus(log!.start)).toBe('live')
    expect(exportLog(log!)).toContain('logged')
    mounted.set({ log: false })
    await settled()
    expect(mounted.store().log).toBeUndefined()
  })

  it('a log that only somebody else on the page asks for: kept as long as that one is there', async () => {
    const { harness, mounted, live } = page()
    await live()
    const channel = harness.client.channels.get('ai:options') as unknown as RealtimeChannel // It stands for one.
    const { release } = openConversation(channel, { ...harness.options, log: true })
    expect(mounted.store().log).toBeDefined()
    release()
    expect(mounted.store().log).toBeUndefined()
  })

  it('another scheduler: asked from the next change on', async () => {
    const { mounted, live, agent, harness } = page()
    await live()
    harness.frame()
    const flushes: (() => void)[] = []
    mounted.set({ scheduler: (flush) => flushes.push(flush) })
    await settled()
    await agent.begin('waits')
    expect(mounted.texts()).toEqual([])
    for (const flush of flushes) flush()
    await settled()
    expect(mounted.texts()).toEqual(['waits'])
  })
}

function never(): never {
  throw new Error('unable to mount; this driver only settles')
}
