import type { Readable } from 'node:stream'
import type { Sink } from '../output.ts'

/** The environment of the program. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stdin: Readable
  readonly stdout: Sink
  /** For output that is not the command's result. */
  readonly stderr: Sink
  /** Takes over SIGINT and SIGTERM: the signal aborts when the user or the parent process wants the program to end. */
  interrupted(): AbortSignal
}
