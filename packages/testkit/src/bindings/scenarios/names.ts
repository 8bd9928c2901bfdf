import type { BindingScenario } from '../binding-scenario.ts'
import { expectSame } from '../binding-scenario.ts'

export const nameScenarios: readonly BindingScenario[] = [
  ...([undefined, null] as const).map((name): BindingScenario => {
    return {
      name: `opens nothing while the channel name is ${name}, follows one when there is one, and leaves it when there is none`,
      skip: (driver) => driver.cannotBeUnnamed,
      async play({ harness, channelName, mount, sees, shows, until, done }) {
        const agent = harness.agent(channelName)
        await agent.complete(await agent.begin('there'))
        const mounted = mount({ channelName: name })
        await sees(mounted, { status: 'ready', connectionStatus: 'disconnected', error: '', unanswered: '', hasOlder: false })
        const refused = await done(mounted.actions().sendMessage('Hello').then(nothing, codeOf))
        expectSame(refused, 'no-channel-name', 'what sending came to')
        await done(mounted.actions().stop())
        mounted.update({ channelName, ...harness.options })
        await shows(mounted, 'there')
        await sees(mounted, { connectionStatus: 'live' })
        mounted.update({ channelName: name, ...harness.options })
        await shows(mounted)
        await sees(mounted, { connectionStatus: 'disconnected', error: '' })
        await until('the channel is left', () => harness.client.channels.get(channelName).state === 'detached')
        const opened = Object.keys(harness.client.channels.all).filter((each) => each === 'undefined' || each === 'null')
        expectSame(opened, [], 'channels that were opened by mistake')
      },
    }
  }),
  {
    name: 'opens nothing while it is not enabled, follows the channel when it is, and leaves it when it no longer is',
    skip: (driver) => driver.cannotBeUnnamed,
    async play({ harness, channelName, mount, sees, shows, until, done }) {
      const agent = harness.agent(channelName)
      await agent.complete(await agent.begin('there'))
      // Also a name that is not ready: it is checked when it is needed.
      const mounted = mount({ channelName: `${channelName}:undefined`, enabled: false })
      await sees(mounted, { status: 'ready', connectionStatus: 'disconnected', error: '', unanswered: '', hasOlder: false })
      mounted.update({ channelName, enabled: false, ...harness.options })
      await sees(mounted, { status: 'ready', connectionStatus: 'disconnected', error: '' })
      expectSame(
        await done(mounted.actions().sendMessage('Hello').then(nothing, codeOf)),
        'no-channel-name',
        'what sending came to',
      )
      mounted.update({ channelName, enabled: true, ...harness.options })
      await shows(mounted, 'there')
      await sees(mounted, { connectionStatus: 'live' })
      mounted.update({ channelName, enabled: false, ...harness.options })
      await shows(mounted)
      await sees(mounted, { connectionStatus: 'disconnected', error: '' })
      await until('the channel is left', () => harness.client.channels.get(channelName).state === 'detached')
      mounted.update({ channelName, ...harness.options })
      await shows(mounted, 'there')
    },
  },
  {
    name: 'shows that a channel name is empty or stringified, and follows the next',
    skip: (driver) => driver.cannotBeUnnamed,
    async play({ harness, channelName, mount, sees, shows, done }) {
      const agent = harness.agent(channelName)
      await agent.complete(await agent.begin('there'))
      const mounted = mount({ channelName: '' })
      await sees(mounted, {
        status: 'error',
        connectionStatus: 'failed',
        error: 'unable to open the conversation; the channel name is empty: give a name, or undefined while there is none',
      })
      expectSame(
        await done(mounted.actions().sendMessage('Hello').then(nothing, codeOf)),
        'no-channel-name',
        'what sending came to',
      )
      mounted.update({ channelName: 'undefined', ...harness.options })
      await sees(mounted, {
        error:
          'unable to open the conversation; the channel name is "undefined", which is what is left of a missing one: open it once there is a name',
      })
      mounted.update({ channelName, ...harness.options })
      await shows(mounted, 'there')
      await sees(mounted, { connectionStatus: 'live', error: '', status: 'ready' })
    },
  },
]

function nothing(): undefined {}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : error
}
