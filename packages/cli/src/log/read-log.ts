import type { Log } from '@streamfold/core'
import { importLog } from '@streamfold/core/log'
import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { CommandError, reasonOf } from '../command-error.ts'
import { fileReason } from '../file-error.ts'
import type { Host } from '../channel/host.ts'
import { visible } from '../format/visible.ts'

/** Reads a log from a file, or from standard input for `-`. @throws CommandError when it is missing or broken */
export async function readLog(path: string, { stdin, stderr }: Pick<Host, 'stdin' | 'stderr'>): Promise<Log> {
  const content = await readText(path, stdin)
  try {
    return importLog(content)
  } catch (error) {
    const whole = withoutTornLine(content)
    if (whole === undefined) throw broken(path, error)
    stderr.write(`the last line of ${visible(path)} is incomplete, and left out: its recording was killed\n`)
    try {
      return importLog(whole)
    } catch (error) {
      throw broken(path, error)
    }
  }
}

async function readText(path: string, stdin: Host['stdin']): Promise<string> {
  try {
    return path === '-' ? await text(stdin) : await readFile(path, 'utf8')
  } catch (error) {
    throw new CommandError('file', `unable to read ${path}; ${fileReason(error)}: name a log that can be read`, error)
  }
}

/** The text without an incomplete last line; undefined if the last line is complete. */
function withoutTornLine(content: string): string | undefined {
  if (content.endsWith('\n') || !content.includes('\n')) return undefined
  const end = content.lastIndexOf('\n') + 1
  try {
    JSON.parse(content.slice(end))
    return undefined
  } catch {
    return content.slice(0, end)
  }
}

function broken(path: string, error: unknown): CommandError {
  const [, reason = reasonOf(error), said] = /^unable to [^;]*; (.*): ([^:]*)$/.exec(reasonOf(error)) ?? []
  const remedy = said?.startsWith('update') ? said : 'record it again, or export it again from the inspector'
  return new CommandError('file', `unable to read ${path}; ${reason}: ${remedy}`, error)
}
