import type { BindingScenario } from '../binding-scenario.ts'
import { expectSame } from '../binding-scenario.ts'

export const troubleScenarios: readonly BindingScenario[] = [
  {
    name: 'shows that it is offline, and after a short drop the full text',
    async play({ harness, channelName, mount, shows, sees }) {
      const agent = harness.agent(channelName)
      const mounted = mount()
      await sees(mounted, { connectionStatus: 'live' })
      const serial = await agent.begin('one ')
      await shows(mounted, 'one ')
      harness.drop()
      await sees(mounted, { connectionStatus: 'offline' })
      await agent.append(serial, 'two ')
      await agent.complete(serial, 'three')
      expectSame(mounted.screen().rows[0]?.text, 'one ', 'the text while offline')
      harness.reconnect()
      await shows(mounted, 'one two three')
      await sees(mounted, { connectionStatus: 'live', status: 'ready' })
    },
  },
  {
    name: 'mends what was lost when continuity was',
    async play({ harness, channelName, mount, shows, sees, until }) {
      const agent = harness.agent(channelName)
      const mounted = mount({ rewind: false })
      await sees(mounted, { connectionStatus: 'live' })
      const serial = await agent.begin('cut ')
      await shows(mounted, 'cut ')
      harness.drop()
      await sees(mounted, { connectionStatus: 'offline' })
      await agent.append(serial, 'off ')
      await agent.complete(await agent.begin('missed'))
      harness.reconnect({ resumed: false })
      const wrong: string[] = []
      await until('the texts are complete', () => {
        const texts = mounted.screen().rows.map(({ text }) => text)
        if (texts[0] !== 'cut ' && texts[0] !== 'cut off ') wrong.push(texts.join())
        return texts.join() === 'cut off ,missed'
      })
      expectSame(wrong, [], 'texts that the server never held')
      await sees(mounted, { connectionStatus: 'live' })
      await agent.complete(serial, 'no more')
      await shows(mounted, 'cut off no more', 'missed')
      await sees(mounted, { status: 'ready' })
    },
  },
  {
    name: 'shows why history cannot be read, and recovers by itself',
    async play({ harness, channelName, mount, shows, sees }) {
      const agent = harness.agent(channelName)
      await agent.complete(await agent.begin('there'))
      const channel = harness.client.channels.get(channelName)
      const history = channel.history
      channel.history = () => {
        channel.history = history
        return Promise.reject(new Error('timed out'))
      }
      const mounted = mount({ rewind: false })
      await sees(mounted, { error: 'unable to read the history; timed out: it is tried again by itself' })
      await shows(mounted, 'there')
      await sees(mounted, { error: '', connectionStatus: 'live' })
    },
  },
  {
    name: 'shows why the channel has failed, and follows it again after `connect`',
    skip: (_, harness) => (harness.fail ? undefined : 'this harness cannot make a channel fail'),
    async play({ harness, channelName, mount, shows, sees, done }) {
      const agent = harness.agent(channelName)
      const mounted = mount()
      const serial = await agent.begin('before ')
      await shows(mounted, 'before ')
      harness.fail?.(channelName, 'not permitted')
      await sees(mounted, {
        connectionStatus: 'failed',
        error: 'unable to follow the conversation; not permitted: check the key or token, then connect again',
      })
      await agent.append(serial, 'after')
      const connecting = mounted.actions().connect()
      await shows(mounted, 'before after')
      await done(connecting)
      await sees(mounted, { connectionStatus: 'live', error: '' })
    },
  },
  {
    name: 'disconnects and connects on request',
    async play({ harness, channelName, mount, shows, sees, done }) {
      const agent = harness.agent(channelName)
      const mounted = mount()
      await sees(mounted, { connectionStatus: 'live' })
      const serial = await agent.begin('a')
      await shows(mounted, 'a')
      const leaving = mounted.actions().disconnect()
      await sees(mounted, { connectionStatus: 'disconnected' })
      await done(leaving)
      await agent.append(serial, 'b')
      const coming = mounted.actions().connect()
      await shows(mounted, 'ab')
      await done(coming)
      await sees(mounted, { connectionStatus: 'live' })
    },
  },
]
