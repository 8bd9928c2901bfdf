import type { NormaliseOptions } from '@streamfold/core'
import type { OpenOptions } from '../open/open-options.ts'

/** How messages are parsed, from any source. */
export type Reading = Pick<NormaliseOptions, 'agent' | 'text' | 'codec' | 'permissions'>

export function readingOf({ agent, text, codec, permissions }: Pick<OpenOptions, keyof Reading>): Reading {
  return {
    ...(agent !== undefined && { agent }),
    ...(text !== undefined && { text }),
    codec,
    ...(permissions !== undefined && { permissions }),
  }
}
