import type { BindingScenario } from '../binding-scenario.ts'
import { expectSame } from '../binding-scenario.ts'

export const streamScenarios: readonly BindingScenario[] = [
  {
    name: 'joins a response in the middle and shows it to its end',
    async play({ harness, channelName, mount, shows, sees }) {
      const agent = harness.agent(channelName)
      const serial = await agent.begin('in ')
      await agent.append(serial, 'the ')
      const mounted = mount()
      await shows(mounted, 'in the ')
      await sees(mounted, { status: 'streaming' })
      await agent.complete(serial, 'middle')
      await shows(mounted, 'in the middle')
      await sees(mounted, { status: 'ready' })
    },
  },
  {
    name: 'draws only the row that grows, and once a frame however much arrives',
    async play({ harness, channelName, mount, shows, sees }) {
      const agent = harness.agent(channelName)
      await agent.complete(await agent.begin('first'))
      const serial = await agent.begin('grow')
      const mounted = mount()
      await shows(mounted, 'first', 'grow')
      await sees(mounted, { connectionStatus: 'live' })
      const [before, frames] = [mounted.draws(), harness.frames()]
      const known = new Map(before.rows)
      const words = Array.from({ length: 100 }, (_, i) => ` ${i}`)
      for (const word of words) await agent.append(serial, word)
      await shows(mounted, 'first', `grow${words.join('')}`)
      const { list, rows } = mounted.draws()
      expectSame(list - before.list, 0, 'how often the list was drawn')
      const drawn = [...rows].map(([key, count]) => count - (known.get(key) ?? 0))
      expectSame(drawn[0], 0, 'how often the row was drawn that did not change')
      const told = harness.frames() - frames
      if (drawn[1]! < 1 || drawn[1]! > told) throw new Error(`the row that grew was drawn ${drawn[1]} times in ${told} frames`)
    },
  },
  {
    name: 'takes what was redacted off the screen at once',
    async play({ harness, channelName, mount, shows, sees }) {
      const agent = harness.agent(channelName)
      const serial = await agent.begin('the code is 1234')
      const mounted = mount()
      await shows(mounted, 'the code is 1234')
      await sees(mounted, { connectionStatus: 'live' })
      await agent.update(serial, 'the code is secret')
      await shows(mounted, 'the code is secret')
      await agent.append(serial, '.')
      await shows(mounted, 'the code is secret.')
      await agent.delete(serial)
      await shows(mounted, '')
    },
  },
  {
    name: 'reads older pages, and shows when there are none left',
    async play({ harness, channelName, mount, shows, sees, done }) {
      const agent = harness.agent(channelName)
      for (const text of ['1', '2', '3', '4', '5']) await agent.complete(await agent.begin(), text)
      const mounted = mount({ history: 2, rewind: false })
      await shows(mounted, '4', '5')
      await sees(mounted, { hasOlder: true, connectionStatus: 'live' })
      const kept = mounted.screen().rows.map(({ element }) => element)
      const loaded = Promise.all([mounted.actions().loadOlder(), mounted.actions().loadOlder()])
      await shows(mounted, '2', '3', '4', '5')
      await done(loaded)
      const now = mounted.screen().rows.map(({ element }) => element)
      if (now[2] !== kept[0] || now[3] !== kept[1]) throw new Error('shown messages were rendered again for an older page')
      const last = mounted.actions().loadOlder()
      await shows(mounted, '1', '2', '3', '4', '5')
      await done(last)
      await sees(mounted, { hasOlder: false })
    },
  },
]
