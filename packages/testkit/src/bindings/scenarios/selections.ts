import type { Message } from '@streamfold/core'
import type { BindingScenario } from '../binding-scenario.ts'
import { expectSame } from '../binding-scenario.ts'

const skip: BindingScenario['skip'] = ({ mountSelection }) => (mountSelection ? undefined : 'the binding has no selectors')

export const selectionScenarios: readonly BindingScenario[] = [
  {
    name: 'draws the value of a selector, and again when it changes',
    skip,
    async play({ harness, channelName, select, until }) {
      const agent = harness.agent(channelName)
      const serial = await agent.begin('a')
      const selection = select(textsOf)
      await until('the selection is a', () => selection.text() === 'a')
      await agent.append(serial, 'b')
      await until('the selection is ab', () => selection.text() === 'ab')
      await agent.begin('c')
      await until('the selection is ab,c', () => selection.text() === 'ab,c')
    },
  },
  {
    name: 'does not draw a selection again while its values are equal',
    skip,
    async play({ harness, channelName, mount, shows, sees, select, until }) {
      const agent = harness.agent(channelName)
      const serial = await agent.begin('a')
      const mounted = mount()
      // A new list with each state, as most selectors return it.
      const selection = select(
        (messages) => messages.map(({ status }) => status),
        (before, after) => before.join() === after.join(),
      )
      await until('the selection is streaming', () => selection.text() === 'streaming')
      await sees(mounted, { connectionStatus: 'live' })
      const before = selection.draws()
      for (let append = 0; append < 20; append++) await agent.append(serial, '.')
      await shows(mounted, `a${'.'.repeat(20)}`)
      expectSame(selection.draws() - before, 0, 'how often equal values were drawn')
      await agent.complete(serial)
      await until('the selection is complete', () => selection.text() === 'complete')
      expectSame(selection.draws() - before, 1, 'how often the selection was drawn')
    },
  },
  {
    name: 'selects from the other conversation when the name changes',
    skip,
    async play({ harness, channelName, select, until }) {
      const next = `${channelName}-next`
      const [before, after] = [harness.agent(channelName), harness.agent(next)]
      const growing = await before.begin('before')
      await after.begin('after')
      const selection = select(textsOf)
      await until('the selection is before', () => selection.text() === 'before')
      selection.update({ channelName: next, ...harness.options })
      await until('the selection is after', () => selection.text() === 'after')
      await until('the channel before is left', () => harness.client.channels.get(channelName).state === 'detached')
      await before.append(growing, ' and more')
      expectSame(selection.text(), 'after', 'the selection')
    },
  },
]

const known = new WeakMap<object, readonly string[]>()

/** The same list for the same messages, because `isEqual` is `Object.is` by default. */
function textsOf(messages: readonly Message[]): readonly string[] {
  let texts = known.get(messages)
  if (!texts) known.set(messages, (texts = messages.map(({ text }) => text)))
  return texts
}
