export { channelMachine } from './channel-machine.ts'
export type { ChannelEvent, ChannelStatus } from './channel-machine.ts'
export { emptyConversation } from './conversation.ts'
export type { ChannelState, Conversation, ConversationContext, ConversationOptions } from './conversation.ts'
export { defineDialect } from './dialect.ts'
export type { Dialect, DialectOptions, Outbound, PromptDraft, RawMessage, ResponseWire, Said, Unsaid } from './dialect.ts'
export { aiTransport, defineAiTransport } from './dialects/ai-transport.ts'
export type { AiTransportOptions } from './dialects/ai-transport.ts'
export { aiTransportAgent } from './dialects/ai-transport-agent.ts'
export { invocationOf } from './dialects/ai-transport-write.ts'
export type { Invocation } from './dialects/ai-transport-write.ts'
export { difference } from './difference.ts'
export type { Difference } from './difference.ts'
export type { Effect } from './effect.ts'
export type * from './event.ts'
export { fromJSON, toJSON } from './json.ts'
export type { ConversationJson } from './json.ts'
export { createRecorder, replay } from './log.ts'
export type { Arrival, Log, LogOptions, Recorder } from './log.ts'
export { exportLog, importLog } from './log-file.ts'
export type * from './message.ts'
export type { Messages } from './messages.ts'
export { normalise } from './normalise.ts'
export type { NormaliseOptions } from './normalise.ts'
export { onlyTextChanged } from './only-text-changed.ts'
export type * from './ports.ts'
export { redactLog } from './redact.ts'
export { reduce } from './reduce.ts'
export { responseMachine } from './response-machine.ts'
export type { ResponseEvent } from './response-machine.ts'
export {
  selectConnectionStatus,
  selectEffects,
  selectMessage,
  selectMessages,
  selectStatus,
  selectUnanswered,
  selectUnansweredReason,
} from './select.ts'
export type { ConnectionStatus, ConversationStatus } from './select.ts'
export { createStore } from './store.ts'
export type { Scheduler, Store, StoreOptions } from './store.ts'
export { wholes } from './wholes.ts'
export type { Wholes } from './wholes.ts'
