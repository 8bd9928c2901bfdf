import type { Arrival, ConversationEvent, Log } from '@streamfold/core'
import { emptyConversation } from '@streamfold/core'
import { exportLog, importLog } from '@streamfold/core/log'

/** Bytes per slice: a few milliseconds of parsing. */
const SLICE = 128 * 1024

export interface ReadLogOptions {
  /** Called after each slice with the share of the file that was read, from 0 to 1. */
  readonly progress?: (part: number) => void
  /** Aborts the reading, which then throws the signal's reason. */
  readonly signal?: AbortSignal
}

/**
 * Reads a log file of any size in slices, so that the page stays responsive.
 * @throws when the file is not a log; the error says what is wrong with it
 */
export async function readLogFile(file: Blob, { progress, signal }: ReadLogOptions = {}): Promise<Log> {
  const decoder = new TextDecoder()
  const parts = createParts()
  for (let at = 0; at < file.size; at += SLICE) {
    // Reading a slice is its own task, so the page can run between two slices.
    const bytes = await file.slice(at, at + SLICE).arrayBuffer()
    signal?.throwIfAborted()
    if (!parts.add(decoder.decode(bytes, { stream: true }))) return importLog(await file.text())
    progress?.(Math.min(1, (at + SLICE) / file.size))
  }
  // An error names a line of the complete file.
  return (parts.add(`${decoder.decode()}\n`) && parts.log()) || importLog(await file.text())
}

/** A log that is assembled from slices, each cut after its last complete line. */
function createParts() {
  // Each slice becomes a log of its own with the header of an empty one.
  const header = exportLog({ start: emptyConversation(), events: [] })
  const events: ConversationEvent[] = []
  const arrivals: (Arrival | undefined)[] = []
  let first: Log | undefined
  let rest = ''

  function read(text: string): void {
    const part = importLog(first ? `${header}\n${text}` : text)
    first ??= part
    for (const [index, event] of part.events.entries()) {
      events.push(event)
      arrivals.push(part.arrivals?.[index])
    }
  }

  return {
    /** @returns whether the text is a valid log so far */
    add(text: string): boolean {
      const end = text.lastIndexOf('\n') + 1
      rest += text.slice(0, end)
      if (end > 0) {
        try {
          read(rest)
        } catch {
          return false
        }
        rest = ''
      }
      rest += text.slice(end)
      return true
    },
    log(): Log | undefined {
      return first && { ...first, events, ...(arrivals.some(Boolean) && { arrivals }) }
    },
  }
}
