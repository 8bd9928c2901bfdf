import type { NormaliseOptions } from '@streamfold/core'
import type { OpenOptions } from './open-options.ts'

/** How a message is read, whatever brought it. */
export type Reading = Pick<NormaliseOptions, 'agent' | 'text' | 'codec'>

export function readingOf({ agent, text, codec }: Pick<OpenOptions, 'agent' | 'text' | 'codec'>): Reading {
  return { ...(agent !== undefined && { agent }), ...(text !== undefined && { text }), codec }
}
