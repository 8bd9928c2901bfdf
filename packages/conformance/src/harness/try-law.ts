import type { Law } from '../laws/law.ts'
import type { Layer } from '../layer.ts'
import { openLink } from './link.ts'
import type { Patience } from './world.ts'
import { Broken, patience, worldOf } from './world.ts'

/** The answer to a law. `by design` and `not applicable` are not counted as no. */
export interface Answer {
  readonly answer: 'yes' | 'no' | 'by design' | 'not applicable'
  /** What was not so, or why it does not apply; none for a yes. */
  readonly reason?: string
}

/** Tries a law on a layer, with servers, an agent and pages of its own. @throws what failed that no law is about */
export async function tryLaw(law: Law, layer: Layer, time: Patience = patience, makeLink = openLink): Promise<Answer> {
  const missing = law.needs && layer.without[law.needs]
  if (missing !== undefined) return { answer: 'not applicable', reason: missing }
  const stage = await layer.start()
  const world = worldOf(stage, makeLink, time)
  try {
    await law.play(world)
    return { answer: 'yes' }
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    const exclusion = layer.excludes[law.id]
    if (exclusion) return { answer: 'by design', reason: `${exclusion.says} (${exclusion.address})` }
    return { answer: 'no', reason: error.message }
  } finally {
    await world.close()
  }
}
