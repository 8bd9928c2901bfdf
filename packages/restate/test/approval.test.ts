import { openConversation } from '@streamfold/ably'
import { systemClock } from '@streamfold/agent'
import { selectWaiting } from '@streamfold/core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { ask, createLandscape, ofRun, responses, settled } from './landscape.ts'
import { wordsOf } from './outside-world.ts'
import { unavailable } from './restate-server.ts'

const DAY = 24 * 60 * 60 * 1000
const channel = 'ai:approval'

test.skipIf(unavailable !== undefined)(
  `a run waits a day for an approval, and goes on after the worker, Restate and local Ably were restarted (${unavailable ?? 'Restate runs'})`,
  async () => {
    const landscape = await createLandscape()
    const { world, startWorker, killWorker } = landscape
    await startWorker({ asks: true })
    await ask(landscape, channel)
    const waiting = await settled(landscape, channel, 'waiting')
    // Nothing waits for the person: no invocation, and no process.
    await vi.waitFor(async () => expect(await landscape.restate.unfinished()).toBe(0), { timeout: 30_000 })
    await killWorker()
    await landscape.restart({ clock: { ...systemClock, now: () => Date.now() + DAY } })
    await vi.waitFor(async () => expect(await landscape.restate.unfinished()).toBe(0), { timeout: 30_000 })
    await startWorker({ asks: true, listens: [channel] })

    const page = openConversation(landscape.client.channels.get(channel), { agent: 'agent' })
    onTestFinished(() => page.release())
    const asked = await vi.waitFor(
      () => {
        const [call] = selectWaiting(page.store.getState())
        expect(call).toBeDefined()
        return call!
      },
      { timeout: 30_000 },
    )
    await page.answer({ messageId: asked.message.id, toolCallId: asked.call.toolCallId }, { approve: true })
    const response = await settled(landscape, channel, 'complete')
    expect(await responses(landscape, channel)).toHaveLength(1)
    expect(response.id).toBe(waiting.id)
    expect(response.updatedAt - waiting.updatedAt).toBeGreaterThanOrEqual(DAY)
    expect(response.text).toBe(
      [wordsOf(1, '').join(''), wordsOf(2, 'result of call-1').join(''), wordsOf(3, 'result of call-2').join('')].join('\n\n'),
    )
    const happened = ofRun(world.happened, channel)
    expect([happened.asked, happened.executed]).toEqual([
      [1, 2, 3],
      ['call-1', 'call-2'],
    ])
  },
  240_000,
)
