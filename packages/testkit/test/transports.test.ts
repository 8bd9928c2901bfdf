import { expect, it } from 'vitest'
import type { TransportHarness } from '../src/index.ts'
import { playTransportCase, simulatedTransportHarness, transportCases } from '../src/index.ts'
import { transportConformance } from '@streamfold/test-support/transports/transport-conformance'

transportConformance('simulated channel', simulatedTransportHarness)

it('names the cases that a transport does not pass', async () => {
  const failed: string[] = []
  for (const each of transportCases) await playTransportCase(each, forgetful).catch(() => failed.push(each.name))
  expect(failed).toEqual(['continues without loss after a short interruption'])
})

/** A transport that reports every attachment as one without continuity. */
const forgetful: TransportHarness = {
  async open(story) {
    const opened = await simulatedTransportHarness.open(story)
    const { transport } = opened
    const observe: typeof transport.observe = (listener) =>
      transport.observe((change) =>
        listener(change.type === 'channel' && change.state === 'attached' ? { ...change, resumed: false } : change),
      )
    return { ...opened, transport: Object.defineProperties({ ...transport, observe }, getters(transport)) }
  },
}

function getters(transport: object): PropertyDescriptorMap {
  const all = Object.entries(Object.getOwnPropertyDescriptors(transport))
  return Object.fromEntries(all.filter(([, { get }]) => get !== undefined))
}
