export { emptyConversation } from './fold/conversation.ts'
export type { ChannelState, Conversation, ConversationContext, ConversationOptions } from './fold/conversation.ts'
export { conversationProblem } from './fold/conversation-problem.ts'
export type { MessageRecord } from './fold/record.ts'
export type { Records } from './fold/record-list.ts'
export { hasEnded, isBehind } from './fold/standing.ts'
export { reduce } from './fold/reduce.ts'
export { fromJSON, toJSON } from './log/json.ts'
export type { ConversationJson } from './log/json.ts'
export type { Arrival, Log, LogOptions } from './log/log.ts'
export {
  selectConnectionStatus,
  selectMessage,
  selectMessages,
  selectStatus,
  selectUnanswered,
  selectUnansweredReason,
} from './messages/select.ts'
export type { ConnectionStatus, ConversationStatus } from './messages/select.ts'
export type { Answer, AnswerDraft, AnswerKind, PendingAnswer } from './protocol/answer.ts'
export { mayDecide } from './messages/decisions.ts'
export type { Author, CallPart } from './messages/decisions.ts'
export { selectWaiting } from './messages/waiting.ts'
export type { WaitingCall } from './messages/waiting.ts'
export type * from './protocol/event.ts'
export type { Fields, Format, Placement } from './protocol/fields.ts'
export type * from './protocol/message.ts'
export type * from './protocol/message-types.ts'
export type * from './protocol/part.ts'
export type * from './protocol/partial-value.ts'
export { normalise } from './protocol/normalise.ts'
export type { NormaliseOptions } from './protocol/normalise.ts'
export type { Permission, Permissions } from './protocol/permissions.ts'
export type { AgentRule } from './protocol/trust.ts'
export { createStore } from './store/store.ts'
export type { Scheduler, Store, StoreOptions } from './store/store.ts'
