import type { BindingScenario } from '../binding-scenario.ts'
import { expectSame } from '../binding-scenario.ts'

export const promptScenarios: readonly BindingScenario[] = [
  {
    name: 'shows a prompt at once and keeps its element when the channel shows it',
    async play({ harness, channelName, mount, shows, sees, until, done }) {
      const mounted = mount()
      await sees(mounted, { connectionStatus: 'live' })
      const channel = harness.client.channels.get(channelName)
      const publish = channel.publish
      let acknowledge = () => {}
      const held = new Promise<void>((resolve) => (acknowledge = resolve))
      channel.publish = (...args) => held.then(() => publish.apply(channel, args))
      const sent = mounted.actions().sendMessage('Hello')
      await shows(mounted, 'Hello')
      const [row] = mounted.screen().rows
      expectSame(row?.status, 'sending', 'status of the prompt')
      acknowledge()
      await until('the prompt is on the channel', () => mounted.screen().rows[0]?.status === 'complete')
      await done(sent)
      await shows(mounted, 'Hello')
      if (mounted.screen().rows[0]?.element !== row?.element) throw new Error('the prompt was rendered again for its serial')
      await sees(mounted, { status: 'submitted' })
    },
  },
  {
    name: 'keeps a prompt that failed with the reason, and sends it again',
    async play({ harness, channelName, mount, shows, sees, until, done }) {
      const mounted = mount()
      await sees(mounted, { connectionStatus: 'live' })
      const channel = harness.client.channels.get(channelName)
      const publish = channel.publish
      channel.publish = () => {
        channel.publish = publish
        return Promise.reject(new Error('rate limit exceeded'))
      }
      await done(mounted.actions().sendMessage('again'))
      await sees(mounted, { status: 'error', error: 'unable to send the prompt; rate limit exceeded: try again' })
      expectSame(mounted.screen().rows[0]?.status, 'failed', 'status of the prompt')
      const [prompt] = mounted.screen().rows
      const sent = mounted.actions().retry(keyOf(mounted.draws().rows))
      await until('the prompt is on the channel', () => mounted.screen().rows[0]?.status === 'complete')
      await done(sent)
      await shows(mounted, 'again')
      if (mounted.screen().rows[0]?.element !== prompt?.element) throw new Error('the prompt was rendered again')
      await sees(mounted, { error: '' })
    },
  },
  {
    name: 'stops what streams',
    async play({ harness, channelName, mount, shows, until, done }) {
      const agent = harness.agent(channelName)
      const mounted = mount()
      const serial = await agent.begin('on and on')
      await shows(mounted, 'on and on')
      const stopping = mounted.actions().stop()
      await until('the agent receives it', () => agent.cancelled().includes(serial))
      await done(stopping)
      expectSame(agent.cancelled(), [serial], 'what was stopped')
    },
  },
  {
    name: 'shows why a prompt is unanswered, and notifies again with the newest notifyAgent',
    async play({ mount, channelName, harness, sees, until, done }) {
      const mounted = mount({ notifyAgent: () => Promise.reject(new Error('no agent is running')) })
      await sees(mounted, { connectionStatus: 'live' })
      const sent = mounted.actions().sendMessage('Anybody?')
      await sees(mounted, { unanswered: 'no agent is running' })
      await done(sent)
      const asked: string[] = []
      mounted.update({
        channelName,
        ...harness.options,
        notifyAgent: async ({ promptSerial }) => void asked.push(promptSerial),
      })
      await sees(mounted, { connectionStatus: 'live' })
      await done(mounted.actions().retry(keyOf(mounted.draws().rows)))
      await until('the newest notifyAgent is asked', () => asked.length === 1)
      await sees(mounted, { unanswered: '' })
    },
  },
]

/** The key of the only message. */
function keyOf(rows: ReadonlyMap<string, number>): string {
  return [...rows.keys()].at(-1) ?? ''
}
