import type { AblyClient } from '../binding-driver.ts'
import type { BindingScenario } from '../binding-scenario.ts'
import { expectSame } from '../binding-scenario.ts'

export const lifecycleScenarios: readonly BindingScenario[] = [
  {
    name: 'shows two conversations beside each other, each its own',
    async play({ harness, channelName, mount, shows }) {
      const [one, two] = [harness.agent(channelName), harness.agent(`${channelName}-two`)]
      const [left, right] = [mount(), mount({ channelName: `${channelName}-two` })]
      const [first, second] = [await one.begin('le'), await two.begin('ri')]
      await Promise.all([one.complete(first, 'ft'), two.complete(second, 'ght')])
      await shows(left, 'left')
      await shows(right, 'right')
    },
  },
  {
    name: 'follows another conversation when the name changes, and leaves nothing of the one before',
    async play({ harness, channelName, mount, shows, sees, until }) {
      const next = `${channelName}-next`
      const [before, after] = [harness.agent(channelName), harness.agent(next)]
      const growing = await before.begin('before')
      await after.complete(await after.begin('after'))
      const counted = listeners(harness.client, [channelName, next])
      const mounted = mount()
      await shows(mounted, 'before')
      mounted.update({ channelName: next, ...harness.options })
      await shows(mounted, 'after')
      await until('the channel before is left', () => harness.client.channels.get(channelName).state === 'detached')
      await before.append(growing, ' and more')
      await sees(mounted, { connectionStatus: 'live' })
      await shows(mounted, 'after')
      mounted.unmount()
      await until('the channel is left', () => harness.client.channels.get(next).state === 'detached')
      expectSame(listeners(harness.client, [channelName, next]), counted, 'listeners')
    },
  },
  {
    name: 'shares one attachment among several components',
    async play({ harness, channelName, mount, shows, until }) {
      const channel = harness.client.channels.get(channelName)
      const states: string[] = []
      channel.on(({ current }) => states.push(current))
      const agent = harness.agent(channelName)
      const [left, right] = [mount(), mount()]
      await agent.complete(await agent.begin('shared'))
      await shows(left, 'shared')
      await shows(right, 'shared')
      left.unmount()
      await agent.complete(await agent.begin('on'))
      await shows(right, 'shared', 'on')
      right.unmount()
      await until('the channel is left', () => channel.state === 'detached')
      expectSame(states, ['attaching', 'attached', 'detaching', 'detached'], 'what the channel went through')
    },
  },
  {
    name: 'leaves nothing behind when it is unmounted while it attaches',
    async play({ harness, channelName, mount, until }) {
      const channel = harness.client.channels.get(channelName)
      const counted = listeners(harness.client, [channelName])
      const mounted = mount()
      await until('the channel attaches', () => channel.state !== 'initialized')
      mounted.unmount()
      await until('the channel is left', () => channel.state === 'detached')
      expectSame(listeners(harness.client, [channelName]), counted, 'listeners')
    },
  },
  {
    name: 'is mounted again at once without a second attachment',
    async play({ harness, channelName, mount, sees, shows, until }) {
      const agent = harness.agent(channelName)
      await agent.complete(await agent.begin('there'))
      const channel = harness.client.channels.get(channelName)
      const states: string[] = []
      channel.on(({ current }) => states.push(current))
      const first = mount()
      await until('the channel attaches', () => channel.state !== 'initialized')
      first.unmount()
      const second = mount()
      await sees(second, { connectionStatus: 'live' })
      await shows(second, 'there')
      expectSame(states, ['attaching', 'attached'], 'what the channel went through')
    },
  },
  {
    name: 'does nothing while it is kept off the page, and is current when it is shown',
    async play({ harness, channelName, mount, shows, sees, until }) {
      const agent = harness.agent(channelName)
      const serial = await agent.begin('a')
      const counted = listeners(harness.client, [channelName])
      const mounted = mount()
      await shows(mounted, 'a')
      mounted.hide()
      await until('the channel is left', () => harness.client.channels.get(channelName).state === 'detached')
      expectSame(listeners(harness.client, [channelName]), counted, 'listeners while hidden')
      const drawn = [...mounted.draws().rows.values()]
      await agent.append(serial, 'b')
      await agent.complete(await agent.begin('c'))
      expectSame([...mounted.draws().rows.values()], drawn, 'how often the rows were drawn')
      mounted.show()
      await shows(mounted, 'ab', 'c')
      await sees(mounted, { connectionStatus: 'live' })
      await agent.append(serial, '!')
      await shows(mounted, 'ab!', 'c')
      mounted.unmount()
      await until('the channel is left', () => harness.client.channels.get(channelName).state === 'detached')
      expectSame(listeners(harness.client, [channelName]), counted, 'listeners after it was shown again')
    },
    skip: (driver) => driver.cannotHide,
  },
]

function listeners(client: AblyClient, channelNames: readonly string[]): readonly number[] {
  const emitters = [client.connection, ...channelNames.map((name) => client.channels.get(name))]
  const messages = channelNames.map((name) => client.channels.get(name).subscriptions)
  return [...emitters, ...messages].map((emitter) => emitter?.listeners()?.length ?? 0)
}
