import type { Log } from '@streamfold/core'
import { readLogFile } from '../../read-log-file.ts'
import type { Progress } from './progress.ts'

export interface FileReading {
  /** The progress; undefined if no file is being read. */
  readonly now: Progress | undefined
  /** Reads a file, and abandons the one that is being read. Reports the result unless the file is abandoned too. */
  read(file: File): Promise<void>
  giveUp(): void
}

export interface FileReadingOptions {
  /** Called after more of the file was read, or the reading has ended. */
  readonly changed: () => void
  readonly done: (log: Log, name: string) => void
  /** @param reason a sentence with what to do */
  readonly failed: (reason: string) => void
}

export function createFileReading({ changed, done, failed }: FileReadingOptions): FileReading {
  let now: Progress | undefined
  let giving: AbortController | undefined

  function end(): void {
    giving?.abort()
    giving = now = undefined
    changed()
  }

  return {
    get now() {
      return now
    },
    async read(file) {
      giving?.abort()
      const ours = (giving = new AbortController())
      const progress = (part: number) => {
        now = { words: `Reading ${file.name}`, part }
        changed()
      }
      progress(0)
      try {
        const log = await readLogFile(file, { progress, signal: ours.signal })
        if (ours.signal.aborted) return
        end()
        done(log, file.name)
      } catch (error) {
        if (ours.signal.aborted) return
        end()
        failed(error instanceof Error ? error.message : 'unable to read the file; choose another one')
      }
    },
    giveUp: end,
  }
}
