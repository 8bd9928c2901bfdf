import type { Effect } from '@streamfold/core/transport'

type Of<Type extends Effect['type']> = Extract<Effect, { type: Type }>

/** How each effect is performed; `signal` aborts when the core no longer lists it. */
export interface Performers {
  fetchHistory(effect: Of<'fetchHistory'>, signal: AbortSignal): void
  fetchMessage(effect: Of<'fetchMessage'>, signal: AbortSignal): void
  fetchVersions(effect: Of<'fetchVersions'>, signal: AbortSignal): void
}

export interface EffectRunner {
  /** Starts newly listed effects and aborts those that are no longer listed. */
  perform(effects: readonly Effect[]): void
  stop(): void
}

export function createEffectRunner(performers: Performers): EffectRunner {
  const running = new Map<unknown, AbortController>()
  let known: readonly Effect[] = []

  function perform(effects: readonly Effect[]): void {
    if (effects === known) return
    known = effects
    const wanted = new Set(effects.map(keyOf))
    for (const [key, controller] of running) {
      if (wanted.has(key)) continue
      running.delete(key)
      controller.abort()
    }
    for (const effect of effects) {
      if (running.has(keyOf(effect))) continue
      const controller = new AbortController()
      running.set(keyOf(effect), controller)
      if (effect.type === 'fetchHistory') performers.fetchHistory(effect, controller.signal)
      else if (effect.type === 'fetchVersions') performers.fetchVersions(effect, controller.signal)
      else performers.fetchMessage(effect, controller.signal)
    }
  }

  return { perform, stop: () => perform([]) }
}

/** A new object asks for another read of history, or of versions; a message is the same work while its `atLeast` increases. */
function keyOf(effect: Effect): unknown {
  return effect.type === 'fetchMessage' ? effect.serial : effect
}
