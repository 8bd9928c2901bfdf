import type { Conversation } from '@streamfold/core'
import { emptyConversation } from '@streamfold/core'
import { exportLog } from '@streamfold/core/log'
import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs'
import { CommandError } from '../command-error.ts'
import { fileReason } from '../file-error.ts'
import type { Stretch } from '../channel/follow.ts'
import type { Sink } from '../output.ts'
import { visibleLines } from '../format/visible.ts'

/** A log that is being written: appended events survive this process, however it ends. */
export interface LogFile {
  /** Writes the log's start, before any event. */
  begin(start: Conversation): void
  append(stretch: Stretch): void
  /** Deletes a file that this process created, if no log was begun in it. */
  close(): void
}

/** @param replace replaces an existing file @throws CommandError when it cannot be written */
export function openLogFile(path: string, { replace }: { replace: boolean }): LogFile {
  // Not truncated yet: the old contents stay until there are new ones.
  const { file, made } = open(path, replace)
  let begun = false
  const write = (text: string) => guarded(path, () => writeAll(file, text))
  return {
    begin(start) {
      begun = true
      if (!made) guarded(path, () => truncate(file))
      write(header(start))
    },
    append: (stretch) => write(lines(stretch)),
    close() {
      closeSync(file)
      if (made && !begun) rmSync(path, { force: true })
    },
  }
}

/** A log that is written to a sink. */
export function logTo(sink: Sink): LogFile {
  return {
    // The same JSON, with characters escaped that a terminal obeys.
    begin: (start) => void sink.write(visibleLines(header(start))),
    append: (stretch) => void sink.write(visibleLines(lines(stretch))),
    close: () => {},
  }
}

function open(path: string, replace: boolean): { readonly file: number; readonly made: boolean } {
  try {
    return { file: openSync(path, 'ax'), made: true }
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw unwritable(path, error)
    if (!replace)
      throw new CommandError('file', `unable to write ${path}; it exists: name another file, or replace it with --force`, error)
    return { file: guarded(path, () => openSync(path, 'a')), made: false }
  }
}

/** A device or a pipe has no length. */
function truncate(file: number): void {
  try {
    ftruncateSync(file)
  } catch (error) {
    if (codeOf(error) !== 'EINVAL') throw error
  }
}

function writeAll(file: number, text: string): void {
  const bytes = Buffer.from(text)
  for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
}

function header(start: Conversation): string {
  return `${exportLog({ start, events: [] })}\n`
}

function lines({ events, arrivals }: Stretch): string {
  if (events.length === 0) return ''
  const text = exportLog({ start: emptyConversation(), events, arrivals })
  return `${text.slice(text.indexOf('\n') + 1)}\n`
}

function guarded<T>(path: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw unwritable(path, error)
  }
}

function unwritable(path: string, error: unknown): CommandError {
  return new CommandError(
    'file',
    `unable to write ${path}; ${fileReason(error)}: name a file that can be written, with -o`,
    error,
  )
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}
