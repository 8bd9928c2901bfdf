import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import { expect, it } from 'vitest'
import { ablyService } from '../src/agent.ts'

it('releases a channel in whatever state it is, so that the next agent there has a new one', async () => {
  const server = await serve({ keys: [{ key: 'local.dev:streamfold', capability: { 'ai:open': ['*'] } }] })
  const client = realtime(server, { clientId: 'agent' })
  const { open } = ablyService({ key: 'local.dev:streamfold', realtime: client }).connect()
  const states = []
  for (const name of ['ai:open', 'ai:refused', 'ai:unused']) {
    const { channel, release } = open(name)
    const before = client.channels.get(name)
    if (name !== 'ai:unused') await channel.subscribe(() => undefined).catch(() => undefined) // The second one is refused.
    states.push(before.state)
    await release()
    expect(client.channels.get(name), name).not.toBe(before)
  }
  expect(states).toEqual(['attached', 'failed', 'initialized'])
})
