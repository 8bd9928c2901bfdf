import type { Arrival, ConversationEvent, Log } from '@streamfold/core'
import { emptyConversation } from '@streamfold/core'
import { exportLog, importLog } from '@streamfold/core/log'

/** Bytes read at a time: a few milliseconds of parsing. */
const SLICE = 128 * 1024

export interface ReadLogOptions {
  /** Told after each slice which part of the file is read, from 0 to 1. */
  readonly progress?: (part: number) => void
  /** Ends the reading: it then throws the reason. */
  readonly signal?: AbortSignal
}

/**
 * Reads a log of any size, slice by slice, so that the page goes on meanwhile.
 * @throws when the file is not a log, saying what is wrong with it.
 */
export async function readLogFile(file: Blob, { progress, signal }: ReadLogOptions = {}): Promise<Log> {
  const decoder = new TextDecoder()
  const parts = createParts()
  for (let at = 0; at < file.size; at += SLICE) {
    // To read from a file is a task of its own: between two slices the page has its turn.
    const bytes = await file.slice(at, at + SLICE).arrayBuffer()
    signal?.throwIfAborted()
    if (!parts.add(decoder.decode(bytes, { stream: true }))) return importLog(await file.text())
    progress?.(Math.min(1, (at + SLICE) / file.size))
  }
  // What is wrong is told by line, which only the whole file has.
  return (parts.add(`${decoder.decode()}\n`) && parts.log()) || importLog(await file.text())
}

/** A log put together from pieces of its file, each read when its last line is whole. */
function createParts() {
  // A log of its own for each piece, each under the header of an empty one.
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
    /** @returns whether it can be read. */
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
