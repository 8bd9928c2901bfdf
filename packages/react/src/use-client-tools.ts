import type { ClientTools } from '@streamfold/client'
import { runClientTools } from '@streamfold/client'
import type { MessageTypes, MessageTypesOf } from '@streamfold/core'
import { useEffect, useRef } from 'react'
import { useProvided } from './conversation-context.ts'

/**
 * Runs the calls that an agent asks this page to run, in the provided conversation, and answers them; see `runClientTools`. Unmounting lets
 * what runs already end.
 *
 * @param tools may be a new object with each render
 */
export function useClientTools<T extends MessageTypesOf<T> = MessageTypes>(tools: ClientTools<T>): void {
  const conversation = useProvided()
  const newest = useRef(tools as ClientTools) // The types of messages are a product's own view.
  useEffect(() => {
    newest.current = tools as ClientTools // Likewise.
  })
  useEffect(() => runClientTools(conversation, () => newest.current), [conversation])
}
