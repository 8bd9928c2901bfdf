import type { BindingDriver } from '@streamfold/testkit'
import { simulatedBindingHarness } from '@streamfold/testkit'
import { expect, it, onTestFinished, vi } from 'vitest'

const FRAME = 16

/** What drawing costs with the scheduler that a page has: once a frame, and hardly ever while nobody looks. */
export function frameTwins(driver: BindingDriver): void {
  async function page() {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let hidden = false
    // Frames come with the timers, and none while the page is hidden.
    vi.stubGlobal('requestAnimationFrame', (draw: () => void) => setTimeout(draw, hidden ? 3_600_000 : FRAME))
    vi.stubGlobal('cancelAnimationFrame', clearTimeout)
    vi.spyOn(document, 'hidden', 'get').mockImplementation(() => hidden)
    onTestFinished(() => {
      vi.useRealTimers()
      vi.unstubAllGlobals()
      vi.restoreAllMocks()
    })
    const harness = simulatedBindingHarness()
    const agent = harness.agent('ai:frames')
    await agent.complete(await agent.begin('still'))
    const serial = await agent.begin('grows')
    const mounted = driver.mount(harness.client, { channelName: 'ai:frames', clock: harness.options.clock! })
    onTestFinished(() => mounted.unmount())
    const frames = async (count: number) => {
      for (let i = 0; i < count; i++) {
        harness.ably.service.clock.advance(1)
        vi.advanceTimersByTime(FRAME)
        await driver.settled()
      }
    }
    const drawn = () => [mounted.draws().list, ...mounted.draws().rows.values()]
    const show = (visible: boolean) => {
      hidden = !visible
      document.dispatchEvent(new Event('visibilitychange'))
    }
    await frames(20)
    expect(mounted.screen().connectionStatus).toBe('live')
    return { agent, serial, mounted, frames, drawn, show, text: () => mounted.screen().rows[1]?.text ?? '' }
  }

  it('draws the row that grows once a frame, and nothing else', async () => {
    const { agent, serial, frames, drawn, text } = await page()
    const [list, still, grown] = drawn()
    for (let frame = 0; frame < 10; frame++) {
      for (let i = 0; i < 20; i++) await agent.append(serial, '.')
      await frames(1)
    }
    expect(text()).toBe(`grows${'.'.repeat(200)}`)
    expect(drawn()).toEqual([list, still, grown! + 10])
  })

  it('draws at most once a second while the page is hidden, and at once when it is looked at', async () => {
    const { agent, serial, frames, drawn, show, text } = await page()
    const [list, still, grown] = drawn()
    show(false)
    const perSecond = Math.ceil(1_000 / FRAME)
    for (let frame = 0; frame < 5 * perSecond; frame++) {
      await agent.append(serial, '.')
      await frames(1)
    }
    const hidden = drawn()
    expect(hidden.slice(0, 2)).toEqual([list, still])
    expect(hidden[2]! - grown!).toBeLessThanOrEqual(5)
    await agent.append(serial, '!')
    show(true)
    await driver.settled()
    expect(text()).toBe(`grows${'.'.repeat(5 * perSecond)}!`)
  })
}
