import type { Log } from '@streamfold/core'
import { exportLog, importLog, redactLog } from '@streamfold/core'

/** Saves a text as a file. */
export function download(document: Document, name: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/x-ndjson' }))
  link.download = name
  link.click()
  // After the click was taken up.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** The log as a file is to hold it. @param whole with all that was said. */
export function fileOf(log: Log, whole: boolean): string {
  return exportLog(whole ? log : redactLog(log))
}

/** A name that tells which log it is. */
export function fileName(at: number, whole: boolean): string {
  const time = new Date(at || 0).toISOString().slice(0, 19).replaceAll(/[:T]/g, '-')
  return `streamfold-${time}${whole ? '' : '-redacted'}.log`
}

/** @throws when the file is not a log, saying what is wrong with it. */
export async function readLogFile(file: Blob): Promise<Log> {
  return importLog(await file.text())
}

/** @returns whether it could be copied. */
export async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}
