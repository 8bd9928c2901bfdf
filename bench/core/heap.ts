import { selectMessages } from '@streamfold/core'
import { finished } from './conversations.ts'
import { collectGarbage } from './race.ts'
import type { Measured } from './row.ts'

const RESPONSES = 20_000
/** In bytes. */
const BUDGET = 600

/** The memory of an ended response, without the characters of its text. */
export async function heapRows(): Promise<Measured[]> {
  finished(10)
  const before = heap()
  const state = finished(RESPONSES)
  let text = 0
  // A screen has read each: its pieces are one string.
  for (const message of selectMessages(state))
    text += message.text.length + (message.text.charCodeAt(0) > 255 ? message.text.length : 0)
  const bytes = (heap() - before - text) / RESPONSES
  if (selectMessages(state).length !== RESPONSES) throw new Error('unable to measure; responses are missing')
  return [
    {
      id: 'heap-finished-response',
      unit: 'bytes',
      ours: bytes,
      peers: {},
      ratio: bytes / BUDGET,
      goal: { atMost: 1 },
      note: `the ratio is to ${BUDGET} bytes`,
    },
  ]
}

function heap(): number {
  // Twice, because the second collection frees objects of weak references and finalisers.
  collectGarbage()
  collectGarbage()
  return process.memoryUsage().heapUsed
}
