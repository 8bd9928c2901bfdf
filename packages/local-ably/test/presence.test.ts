import type { PresenceMessage, RealtimeChannel } from 'ably'
import { describe, expect, it } from 'vitest'
import { connected, FORMATS, rest, serve } from './fixture.ts'

const nextEvent = (channel: RealtimeChannel, action: 'enter' | 'leave' | 'update'): Promise<PresenceMessage> =>
  new Promise((resolve) => void channel.presence.subscribe(action, resolve))

describe.each(FORMATS)('presence over %s', (_, useBinaryProtocol) => {
  it('announces enter, update and leave, the last data with a leave that brings none', async () => {
    const server = await serve()
    const watcher = (await connected(server, { useBinaryProtocol })).channels.get('room')
    const agent = (await connected(server, { useBinaryProtocol, clientId: 'agent' })).channels.get('room')
    const entered = nextEvent(watcher, 'enter')
    await watcher.attach()
    await agent.presence.enter({ model: 'm' })
    expect(await entered).toMatchObject({ clientId: 'agent', data: { model: 'm' } })
    const updated = nextEvent(watcher, 'update')
    await agent.presence.update('busy')
    expect(await updated).toMatchObject({ data: 'busy' })
    const left = nextEvent(watcher, 'leave')
    await agent.presence.leave()
    expect(await left).toMatchObject({ clientId: 'agent', data: 'busy' })
  })

  it('syncs the members on attach', async () => {
    const server = await serve()
    const host = (await connected(server, { useBinaryProtocol })).channels.get('room')
    for (const name of ['ann', 'bob', 'cat']) await host.presence.enterClient(name, name)
    const late = (await connected(server, { useBinaryProtocol })).channels.get('room')
    const members = await late.presence.get()
    expect(members.map(({ clientId }) => clientId).toSorted()).toEqual(['ann', 'bob', 'cat'])
  })

  it('answers over REST', async () => {
    const server = await serve()
    const host = (await connected(server, { useBinaryProtocol })).channels.get('room')
    for (const name of ['ann', 'bob']) await host.presence.enterClient(name, { name })
    await host.presence.leaveClient('bob')
    const channel = rest(server, { useBinaryProtocol }).channels.get('room')
    const { items } = await channel.presence.get()
    expect(items).toMatchObject([{ clientId: 'ann', data: { name: 'ann' }, action: 'present' }])
    const history = await channel.presence.history({ limit: 2 })
    expect(history.items.map(({ action }) => action)).toEqual(['leave', 'enter'])
    expect((await history.next())?.items.map(({ clientId }) => clientId)).toEqual(['ann'])
  })

  it('leaves at once on close and on detach', async () => {
    const server = await serve()
    const watcher = (await connected(server, { useBinaryProtocol })).channels.get('room')
    await watcher.attach()
    for (const end of ['close', 'detach'] as const) {
      const agent = await connected(server, { useBinaryProtocol, clientId: end })
      const channel = agent.channels.get('room')
      const left = nextEvent(watcher, 'leave')
      await channel.presence.enter()
      if (end === 'close') agent.close()
      else await channel.detach()
      expect(await left).toMatchObject({ clientId: end })
      watcher.presence.unsubscribe()
    }
  })
})

it('lets a member go some time after its connection dropped', async () => {
  const server = await serve({ presenceLeaveDelay: 10 })
  const watcher = (await connected(server)).channels.get('room')
  await watcher.attach()
  const agent = await connected(server, { clientId: 'agent' })
  const left = nextEvent(watcher, 'leave')
  await agent.channels.get('room').presence.enter()
  server.faults.cut({ clientId: 'agent', refuseFor: 60_000 })
  expect(await left).toMatchObject({ clientId: 'agent' })
})

it('keeps a member that comes back in time', async () => {
  const server = await serve()
  const watcher = (await connected(server)).channels.get('room')
  const events: unknown[] = []
  await watcher.presence.subscribe((event) => events.push(event.action))
  const agent = await connected(server, { clientId: 'agent' })
  const channel = agent.channels.get('room')
  await channel.presence.enter()
  const attached = new Promise((resolve) => channel.once('attached', resolve))
  server.faults.cut({ clientId: 'agent' })
  await attached
  expect((await channel.presence.get()).map(({ clientId }) => clientId)).toEqual(['agent'])
  expect((await watcher.presence.get()).map(({ clientId }) => clientId)).toEqual(['agent'])
  expect(events).not.toContain('leave')
})

it('needs an identity, the capability and the mode', async () => {
  const server = await serve()
  const { token } = await rest(server).auth.requestToken({ capability: JSON.stringify({ '*': ['presence', 'subscribe'] }) })
  const anonymous = (await connected(server, { token })).channels.get('room')
  await expect(anonymous.presence.enterClient('ann', '')).rejects.toMatchObject({ code: 40012 })
  const ann = await connected(server, { clientId: 'ann' })
  await expect(ann.channels.get('a').presence.enterClient('bob', '')).rejects.toMatchObject({ code: 40012 })
  const mute = ann.channels.get('b', { modes: ['SUBSCRIBE'] })
  await expect(mute.presence.enter()).rejects.toMatchObject({ code: 40165 })
})
