import type { ClientTools } from '@streamfold/client'
import { runClientTools } from '@streamfold/client'
import type { MessageTypes, MessageTypesOf } from '@streamfold/core'
import type { MaybeRefOrGetter } from 'vue'
import { toValue } from 'vue'
import { useProvided } from './conversation-key.ts'
import { whileAlive } from './while-alive.ts'

/**
 * Runs the calls that an agent asks this page to run, in the provided conversation, and answers them; see `runClientTools`. Unmounting lets
 * what runs already end.
 */
export function useClientTools<T extends MessageTypesOf<T> = MessageTypes>(tools: MaybeRefOrGetter<ClientTools<T>>): void {
  whileAlive(useProvided(), (conversation) => runClientTools(conversation, () => toValue(tools) as ClientTools)) // The types of messages are a product's own view.
}
