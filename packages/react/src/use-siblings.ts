import type { MessageId } from '@streamfold/client'
import { selectSiblingIds } from '@streamfold/client'
import { useRef } from 'react'
import { useSelector } from './use-selector.ts'

/**
 * Reads the keys and ids of the alternatives of a message of the provided conversation, oldest first, itself among them: the edits of a prompt, or the
 * responses to one. The same array until there is another one, so a growing response does not render the row.
 *
 * @param id of the message
 */
export function useSiblings(id: string): readonly MessageId[] {
  const known = useRef<readonly MessageId[]>(undefined)
  return useSelector((state) => (known.current = selectSiblingIds(state, id, known.current)))
}
