import { expect, test } from 'vitest'
import type { Landscape } from './landscape.ts'
import { ask, createLandscape, ofRun, settled } from './landscape.ts'
import { unavailable } from './restate-server.ts'

/** Kills the worker while the tool runs for the first time. */
async function killInTool(landscape: Landscape, idempotent: boolean): Promise<void> {
  const { world, startWorker, killWorker } = landscape
  const killed = new Promise<void>((resolve) => {
    world.onTool = async () => {
      world.onTool = () => undefined
      await killWorker()
      resolve()
    }
  })
  await startWorker({ idempotent })
  await ask(landscape, 'ai:tool')
  await killed
  await startWorker({ idempotent })
}

test.skipIf(unavailable !== undefined)(
  `a tool whose worker is killed while it runs is not executed again, and may have run (${unavailable ?? 'Restate runs'})`,
  async () => {
    const landscape = await createLandscape()
    await killInTool(landscape, false)
    const response = await settled(landscape, 'ai:tool', 'complete')
    const { asked, requested } = ofRun(landscape.world.happened, 'ai:tool')
    expect([asked, requested]).toEqual([
      [1, 2, 3],
      ['call-1', 'call-2'],
    ])
    expect(response.parts.filter((part) => 'toolCallId' in part)).toMatchObject([
      { state: 'output-error', uncertain: true, errorText: 'the call may have run: check before you try again' },
      { state: 'output-available', output: 'result of call-2' },
    ])
    expect(landscape.errors.join()).toContain('may have run')
  },
  240_000,
)

test.skipIf(unavailable !== undefined)(
  `a tool that may be executed again is, under its key, and has one effect (${unavailable ?? 'Restate runs'})`,
  async () => {
    const landscape = await createLandscape()
    await killInTool(landscape, true)
    const response = await settled(landscape, 'ai:tool', 'complete')
    const { asked, requested, executed } = ofRun(landscape.world.happened, 'ai:tool')
    expect([asked, requested, executed]).toEqual([
      [1, 2, 3],
      ['call-1', 'call-1', 'call-2'],
      ['call-1', 'call-2'],
    ])
    expect(response.parts.filter((part) => 'toolCallId' in part)).toMatchObject([
      { output: 'result of call-1' },
      { output: 'result of call-2' },
    ])
    expect(landscape.errors).toEqual([])
  },
  240_000,
)
