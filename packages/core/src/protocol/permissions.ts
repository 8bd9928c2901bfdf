import type { Message } from './message.ts'
import type { AgentRule } from './trust.ts'
import { isAgent } from './trust.ts'

/**
 * Says whether a client may do something. `undefined`: as by default, where the author of the prompt may, and the agents.
 *
 * @param by the client id that the service stamped (P5)
 * @param prompt the prompt that the operation is about. Where messages are read it is not known, so a reader decides on client ids alone
 */
export type Permission = (by: string | undefined, prompt?: Message) => boolean | undefined

/** Who may do what on a channel. Readers and agents need the same permissions; otherwise they disagree. */
export interface Permissions {
  /** Decides calls, and gives outputs of calls. */
  readonly mayAnswer?: Permission
  /** Stops responses. */
  readonly mayCancel?: Permission
  /** Sends prompts into a running response. */
  readonly maySteer?: Permission
  /**
   * Updates and deletes messages, edits prompts in a branch of their own, and asks for other responses to them. Default: their author, the
   * agents, and a server with a key and no client id.
   */
  readonly mayEdit?: Permission
}

/** What a permission says of a client; agents may by default. */
export function permittedBy(
  may: Permission | undefined,
  by: string | undefined,
  agent: AgentRule | undefined,
): boolean | undefined {
  return may?.(by) ?? (isAgent(by, agent) ? true : undefined)
}
