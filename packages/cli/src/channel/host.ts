import type { Readable } from 'node:stream'
import type { Sink } from '../output.ts'

/** What surrounds the program. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Readable
  readonly stdout: Sink
  /** For what is not the command's result. */
  readonly stderr: Sink
  /** Takes over what is to happen when the user, or whoever started the program, wants it to end: then the signal aborts. */
  interrupted(): AbortSignal
}
