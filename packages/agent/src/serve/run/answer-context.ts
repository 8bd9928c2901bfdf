import type { Conversation, Message } from '@streamfold/core'
import type { AgentOptions } from '../agent-options.ts'
import type { Announcer } from '../channel/announcer.ts'
import type { Clock } from '../../clock.ts'
import type { FollowedConversation } from '../channel/followed-conversation.ts'
import type { Report } from '../../publish/options/reporter.ts'
import type { Runs } from './runs.ts'

/** What the runs of one agent share. */
export interface AnswerContext {
  readonly options: AgentOptions
  readonly clock: Clock
  readonly staleAfter: number
  readonly conversation: FollowedConversation
  readonly runs: Runs
  readonly announcer: Announcer
  readonly isIdempotent: (toolName: string) => boolean
  /** Adds what the archive holds. */
  recalled(conversation: Conversation): Promise<Conversation>
  /** Adds to messages what readers did not receive of them. */
  withAll(conversation: Conversation, messages: readonly Message[]): Promise<readonly Message[]>
  readonly report: Report
}
