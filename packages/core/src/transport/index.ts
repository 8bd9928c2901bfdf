export type { AgentChannel } from './agent-channel.ts'
export type { ConversationIndex, ConversationList, ListedConversation, ListOptions } from './conversation-index.ts'
export type { AgentConnection, AgentService, OpenChannel, TokenGrant } from './agent-service.ts'
export type {
  AttachOptions,
  Capability,
  ChannelState,
  ConnectionState,
  ConversationTransport,
  HistoryOptions,
  HistoryPage,
  TransportCapabilities,
  TransportMessage,
} from './conversation-transport.ts'
export type { ArchivedMessage, ArchivePage, ResponseArchive, WithheldData, WithheldStore } from './response-archive.ts'
export { indexedMessage, titleOf } from './indexed-message.ts'
export type { IndexedMessage } from './indexed-message.ts'
export { cursorOf, ListOptionsError, listLimit, readCursor } from './list-options.ts'
export { fromPlainText, toPlainText } from './plain-text.ts'
export type { Effect } from '../fold/effect.ts'
export { onlyTextChanged } from '../messages/only-text-changed.ts'
export { selectEffects } from '../messages/select.ts'
export type { CreateDraft, Draft, OperationMetadata, ResponseWriter } from '../protocol/response-writer.ts'
export { readTraceparent } from '../protocol/traceparent.ts'
export { setNewest } from '../shared/bounded-map.ts'
export { sleep } from '../shared/clock.ts'
export type { Clock } from '../shared/clock.ts'
export { takeStep } from '../shared/transition-table.ts'
export type { TransitionTable } from '../shared/transition-table.ts'
export { forgetOlder } from '../fold/forget-older.ts'
export { snapshotsOf } from '../fold/snapshots-of.ts'
