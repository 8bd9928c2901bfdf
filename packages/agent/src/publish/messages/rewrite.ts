import type { Ended } from '../outcome.ts'

/** A response that an earlier attempt began, and that this one writes again as far as that had come. */
export interface Rewrite {
  /** Resolves when the source gives something that no earlier attempt has recorded: until then it is repeated. */
  readonly over: Promise<unknown>
  /** Serials of the messages that continue the one that is written again, in order. */
  readonly further: readonly string[]
  /** How it ended, where an earlier attempt had come to its end: if nothing but what was recorded comes, it is left as it is. */
  readonly ended: (Ended & { readonly serial: string }) | undefined
}
