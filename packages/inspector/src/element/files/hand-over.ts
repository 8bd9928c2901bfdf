import type { Log } from '@streamfold/core'
import { exportLog, redactLog } from '@streamfold/core/log'
import type { Inspection } from '../../inspection.ts'
import { testText } from '../../model/copy-test.ts'
import { figuresOf } from '../../model/figures.ts'

/** Exports what is inspected; each function returns a notice of the result. `whole` includes the contents of messages. */
export interface HandOver {
  saveLog(inspection: Inspection, whole: boolean): string
  copyTest(inspection: Inspection, whole: boolean): Promise<string>
  copyFigures(inspection: Inspection): Promise<string>
}

export function createHandOver(document: Document): HandOver {
  return {
    saveLog({ log, timeline }, whole) {
      if (!log) return 'There is no log'
      download(document, fileName(timeline.entries.at(-1)?.at ?? 0, whole), fileOf(log, whole))
      return whole ? 'Exported with the contents of messages' : 'Exported without the contents of messages'
    },
    async copyTest({ log, timeline, cursor }, whole) {
      if (!log) return 'There is no log'
      return copy(testText(timeline, log, cursor === undefined ? timeline.next : cursor + 1, { whole }), 'The test is copied')
    },
    copyFigures: ({ timeline }) => copy(JSON.stringify(figuresOf(timeline), null, 2), 'The figures are copied'),
  }
}

/** The log as the text of a file. */
export function fileOf(log: Log, whole: boolean): string {
  return exportLog(whole ? log : redactLog(log))
}

/** A file name with the log's time. */
export function fileName(at: number, whole: boolean): string {
  const time = new Date(at).toISOString().slice(0, 19).replaceAll(/[:T]/g, '-')
  return `streamfold-${time}${whole ? '' : '-redacted'}.log`
}

function download(document: Document, name: string, text: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(new Blob([text], { type: 'application/x-ndjson' }))
  link.download = name
  link.click()
  // After the browser has handled the click.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** @returns a notice of the result */
async function copy(text: string, done: string): Promise<string> {
  try {
    await navigator.clipboard.writeText(text)
    return done
  } catch {
    return 'Nothing was copied: the browser did not allow it'
  }
}
