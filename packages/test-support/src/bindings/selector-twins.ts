import type { Conversation } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import type { AblyClient, BindingDriver } from '@streamfold/testkit'
import { simulatedBindingHarness } from '@streamfold/testkit'
import { expect, it, onTestFinished } from 'vitest'

type Selector = (state: Conversation) => readonly string[]

/** Mounts a component that draws the result of `useSelector`, joined, and reports how often it was drawn. */
type MountSelector = (
  client: AblyClient,
  options: { readonly channelName: string } & ReturnType<typeof simulatedBindingHarness>['options'],
  selector: Selector,
  isEqual: ((before: readonly string[], after: readonly string[]) => boolean) | undefined,
) => { readonly drawn: () => number; readonly text: () => string; readonly unmount: () => void }

/** What `useSelector` does in both bindings. */
export function selectorTwins(mount: MountSelector, settled: BindingDriver['settled']): void {
  async function page(selector: Selector, isEqual?: Parameters<MountSelector>[3]) {
    const harness = simulatedBindingHarness()
    const agent = harness.agent('ai:selected')
    const id = await agent.begin('a')
    const mounted = mount(harness.client, { ...harness.options, channelName: 'ai:selected' }, selector, isEqual)
    onTestFinished(mounted.unmount)
    const until = (seen: () => boolean) => harness.until({ settled } as BindingDriver, seen, mounted.text) // All that it uses.
    const write = async (text: string) => {
      await agent.append(id, text)
      harness.frame()
      await settled()
    }
    return { ...mounted, agent, id, until, write }
  }

  it('draws the value of a selector, and again when it changes', async () => {
    const { text, until, agent, id } = await page(selectTexts)
    await until(() => text() === 'a')
    await agent.append(id, 'b')
    await until(() => text() === 'ab')
    await agent.begin('c')
    await until(() => text() === 'ab,c')
  })

  it('does not draw again while the values are equal', async () => {
    const statuses: Selector = (state) => selectMessages(state).map(({ status }) => status)
    const { text, until, drawn, write, agent, id } = await page(statuses, (before, after) => before.join() === after.join())
    await until(() => text() === 'streaming')
    const before = drawn()
    for (let i = 0; i < 20; i++) await write('.')
    expect(drawn()).toBe(before)
    await agent.complete(id)
    await until(() => text() === 'complete')
    expect(drawn()).toBe(before + 1)
  })
}

const known = new WeakMap<object, readonly string[]>()

/** The same list for the same messages, as the default `isEqual` needs it. */
function selectTexts(state: Conversation): readonly string[] {
  const messages = selectMessages(state)
  let texts = known.get(messages)
  if (!texts) known.set(messages, (texts = messages.map(({ text }) => text)))
  return texts
}
