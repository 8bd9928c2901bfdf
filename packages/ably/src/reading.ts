import type { NormaliseOptions } from '@streamfold/core'
import type { OpenOptions } from './open-options.ts'

/** How a message is read, whatever brought it. */
export type Reading = Pick<NormaliseOptions, 'agent' | 'text' | 'dialect'>

export function readingOf({ agent, text, dialect }: Pick<OpenOptions, 'agent' | 'text' | 'dialect'>): Reading {
  return { ...(agent !== undefined && { agent }), ...(text !== undefined && { text }), dialect }
}
