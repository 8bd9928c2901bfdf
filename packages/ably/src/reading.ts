import type { NormaliseOptions } from '@streamfold/core'
import type { OpenOptions } from './open-options.ts'

/** How a message is read, whatever brought it. */
export type Reading = Pick<NormaliseOptions, 'agent' | 'text'>

export function readingOf({ agent, text }: Pick<OpenOptions, 'agent' | 'text'>): Reading {
  return { ...(agent !== undefined && { agent }), ...(text !== undefined && { text }) }
}
