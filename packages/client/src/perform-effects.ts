import type { Effect } from '@streamfold/core/transport'

type Of<Type extends Effect['type']> = Extract<Effect, { type: Type }>

/** How each effect is done; `signal` aborts when the core no longer asks for it. */
export interface Performers {
  fetchHistory(effect: Of<'fetchHistory'>, signal: AbortSignal): void
  fetchMessage(effect: Of<'fetchMessage'>, signal: AbortSignal): void
}

export interface EffectRunner {
  /** Starts what is newly asked for and aborts what no longer is. */
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
      else performers.fetchMessage(effect, controller.signal)
    }
  }

  return { perform, stop: () => perform([]) }
}

/** A read of history is asked for anew by a new object; a message stays one piece of work while its `atLeast` moves on. */
function keyOf(effect: Effect): unknown {
  return effect.type === 'fetchMessage' ? effect.serial : effect
}
