import type { TransportHarness } from '@streamfold/testkit'
import { createFakeClock, simulatedTransportHarness } from '@streamfold/testkit'
import { conversationOf } from '../src/index.ts'
import { createLogTransport } from '../src/recorded-log/log-transport.ts'
import { transportConformance } from '@streamfold/test-support/transports/transport-conformance'

const ONLY_RECORDED = 'a recording answers only the reads that were recorded'

/** Records the story on the simulated channel, and plays the recording at once. */
const logHarness: TransportHarness = {
  skip: {
    'history has each message once, in its latest version, newest first': ONLY_RECORDED,
    'history has pages, from the newest to the oldest message': ONLY_RECORDED,
    'history until the attachment ends where the attachment begins': ONLY_RECORDED,
    'reports a loss after a long interruption, and history has what was missed': ONLY_RECORDED,
    'fetches the latest version of one message, and rejects for an unknown one': ONLY_RECORDED,
  },
  async open(story) {
    const recorded = await simulatedTransportHarness.open(story)
    const { store, retain } = conversationOf(recorded.transport, {
      agent: 'agent',
      log: true,
      scheduler: (flush) => flush(),
      rewind: false,
    })
    const release = retain()
    await recorded.until(() => recorded.transport.channelState === 'attached')
    await recorded.perform()
    await recorded.until(() => store.getState().context.channel.status === 'live')
    const log = store.log!
    release()
    const clock = createFakeClock()
    return {
      transport: createLogTransport(log, Infinity, clock),
      perform: () => Promise.resolve(),
      read: (message) => (message as { readonly event: ReturnType<typeof recorded.read> }).event,
      async until(seen) {
        for (let passed = 0; passed < 1_000 && !seen(); passed++) {
          clock.advance(1)
          for (let task = 0; task < 5; task++) await Promise.resolve()
        }
        if (!seen()) throw new Error('unable to go on; the recording has no more')
      },
    }
  },
}

transportConformance('recorded log', logHarness)
