import type { Headers } from '@streamfold/core'
import type { BindingHarness, ScenarioAgent } from './binding-harness.ts'
import type { SimulatedAbly, SimulatedClient } from './simulated-client.ts'
import { simulateAbly } from './simulated-client.ts'
import type { ServiceChannel } from './simulated-service.ts'

/** Milliseconds of simulated time within which an expectation must hold. */
const PATIENCE = 5_000

export interface SimulatedBindingHarness extends BindingHarness {
  readonly ably: SimulatedAbly
  readonly client: SimulatedClient
  /** Runs a frame: notifies the subscribers that wait for one. */
  frame(): void
}

/** A harness without I/O: messages arrive at once, and time and frames pass only while a scenario waits. */
export function simulatedBindingHarness(ably: SimulatedAbly = simulateAbly()): SimulatedBindingHarness {
  const { clock } = ably.service
  const client = ably.client({ clientId: 'ann' })
  let due: readonly (() => void)[] = []
  let frames = 0

  function frame(): void {
    const now = due
    due = []
    for (const flush of now) flush()
  }

  return {
    ably,
    client,
    other: ably.client({ clientId: 'bob' }),
    frame,
    frames: () => frames,
    options: {
      clock,
      scheduler(flush) {
        frames += 1
        due = [...due, flush]
      },
    },
    agent: (channelName) => agentOn(ably.service.channel(channelName)),
    drop: () => client.connection.drop(),
    reconnect: (options) => ably.reconnect(client, options),
    fail: (channelName, reason) => ably.control(client, channelName).fail(reason),
    async until(driver, seen, say) {
      for (let passed = 0; passed < PATIENCE; passed += step(passed)) {
        await driver.settled()
        frame()
        await driver.settled()
        if (seen()) return
        clock.advance(step(passed))
      }
      throw new Error(`unable to continue; it did not happen: ${say()}`)
    },
  }
}

/** The network answers within milliseconds; slower things take tenths of seconds. */
function step(passed: number): number {
  return passed < 20 ? 1 : 20
}

function agentOn(there: ServiceChannel): ScenarioAgent {
  const headers = (status: string): Headers => ({ role: 'assistant', status })
  const then = async (change: void) => {
    there.deliver()
    return change
  }
  return {
    begin: async (text = '', more = headers('streaming')) =>
      there.publish({ text, headers: { role: 'assistant', ...more }, clientId: 'agent' }),
    append: (serial, text, more = headers('streaming')) =>
      then(there.server.append(serial, text, { role: 'assistant', ...more })),
    complete: (serial, text = '') => then(there.server.append(serial, text, headers('complete'))),
    update: (serial, text) => then(there.server.update(serial, text, headers('streaming'))),
    delete: (serial) => then(there.server.delete(serial)),
    cancelled: () =>
      there.server.stream.filter(({ full }) => full.name === 'cancel').map(({ full }) => full.extras.headers['target'] ?? ''),
    published: (name) =>
      there.server.stream
        .filter(({ action, full }) => action === 'message.create' && full.name === name)
        .map(({ full: { serial, clientId, data = '', extras } }) => ({ serial, clientId, data, headers: extras.headers })),
  }
}
