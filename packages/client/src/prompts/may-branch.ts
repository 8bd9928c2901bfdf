import type { Message } from '@streamfold/core'
import type { Reading } from '../live/reading.ts'

/** Whether a client may edit a prompt, and ask for other responses to it, as all readers decide it. Where the client has no id yet, the service decides. */
export function mayBranch(prompt: Message, clientId: string | undefined, { permissions }: Reading): boolean {
  return clientId === undefined || (permissions?.mayEdit?.(clientId, prompt) ?? prompt.clientId === clientId)
}
