import type { AblyClient, BindingDriver } from '@streamfold/testkit'
import { simulatedBindingHarness } from '@streamfold/testkit'
import type { Message } from '@streamfold/core'
import { expect, it, onTestFinished } from 'vitest'

type IsEqual = (before: Message, after: Message) => boolean

/** Mounts one row that reads a message with `isEqual` and draws its status; tells how often it was drawn. */
export type MountRow = (
  client: AblyClient,
  options: { readonly channelName: string; readonly id: string; readonly isEqual: IsEqual } & ReturnType<
    typeof simulatedBindingHarness
  >['options'],
) => { readonly drawn: () => number; readonly status: () => string; readonly unmount: () => void }

/** Text that is written past the framework costs no drawing. */
export function sameTwins(mount: MountRow, settled: BindingDriver['settled']): void {
  it('does not draw a message again where it is the same to the component', async () => {
    const harness = simulatedBindingHarness()
    const agent = harness.agent('ai:same')
    const id = await agent.begin('a')
    const row = mount(harness.client, {
      ...harness.options,
      channelName: 'ai:same',
      id,
      isEqual: (a, b) => a.status === b.status,
    })
    onTestFinished(row.unmount)
    const until = (seen: () => boolean) => harness.until({ settled } as BindingDriver, seen, () => row.status()) // All that it uses.
    await until(() => row.status() === 'streaming')
    const before = row.drawn()
    for (let i = 0; i < 20; i++) {
      await agent.append(id, '.')
      harness.frame()
      await settled()
    }
    expect(row.drawn()).toBe(before)
    await agent.complete(id)
    await until(() => row.status() === 'complete')
    expect(row.drawn()).toBe(before + 1)
  })
}
