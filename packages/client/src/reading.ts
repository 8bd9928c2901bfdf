import type { NormaliseOptions } from '@streamfold/core'
import type { OpenOptions } from './open-options.ts'

/** How messages are parsed, from any source. */
export type Reading = Pick<NormaliseOptions, 'agent' | 'text' | 'codec'>

export function readingOf({ agent, text, codec }: Pick<OpenOptions, 'agent' | 'text' | 'codec'>): Reading {
  return { ...(agent !== undefined && { agent }), ...(text !== undefined && { text }), codec }
}
