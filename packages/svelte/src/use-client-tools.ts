import type { ClientTools } from '@streamfold/client'
import { runClientTools } from '@streamfold/client'
import type { MessageTypes, MessageTypesOf } from '@streamfold/core'
import type { MaybeGetter } from './maybe-getter.ts'
import { valueOf } from './maybe-getter.ts'
import { useProvided } from './opened-conversation.ts'
import { whileMounted } from './while-mounted.svelte.ts'

/**
 * Runs the calls that an agent asks this page to run, in the provided conversation, and answers them; see `runClientTools`. Unmounting lets
 * what runs already end.
 *
 * @param tools a function that returns them, if they may change
 */
export function useClientTools<T extends MessageTypesOf<T> = MessageTypes>(tools: MaybeGetter<ClientTools<T>>): void {
  const opened = useProvided()
  whileMounted(
    () => opened.current,
    (conversation) => runClientTools(conversation, () => valueOf(tools) as ClientTools), // The types of messages are a product's own view.
  )
}
