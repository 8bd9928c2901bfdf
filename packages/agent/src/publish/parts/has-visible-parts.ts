import type { MessagePart } from '@streamfold/core'
import type { WrittenMessage } from '../messages/written-response.ts'
import { readWritten } from '../messages/written-response.ts'

/** Whether readers see anything of the response. */
export function hasVisibleParts(written: readonly WrittenMessage[]): boolean {
  return readWritten(written).parts.some(isVisible)
}

function isVisible(part: MessagePart): boolean {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      return part.text.trim() !== ''
    case 'step-start':
    case 'steering-message':
    case 'custom':
      return false
    default:
      return true
  }
}
