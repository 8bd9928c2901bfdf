import type { ReasoningPart } from '@streamfold/core'
import { texts } from '../chat/texts.ts'

export interface ReasoningView {
  /** How long the model thought, or that it does. */
  readonly title: string
  readonly thinking: boolean
  /** A sentence in place of reasoning that the agent does not show; empty if there is a text, or may be. */
  readonly hidden: string
}

/** @param settled whether no more is expected of the response */
export function reasoningView({ state, durationMs, text }: ReasoningPart, settled: boolean): ReasoningView {
  const thinking = state === 'streaming' && !settled
  return {
    title: thinking ? texts.thinking : durationMs === undefined ? texts.thought : `${texts.thoughtFor} ${duration(durationMs)}`,
    thinking,
    hidden: !thinking && !/\S/.test(text) ? texts.reasoningHidden : '',
  }
}

/** A time in whole seconds, at least one, or in minutes and seconds. */
function duration(ms: number): string {
  const seconds = Math.max(1, Math.round(ms / 1000))
  if (seconds < 60) return `${seconds} s`
  const rest = seconds % 60
  return rest === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${rest} s`
}
