export type { Conversation } from '@streamfold/core'
export { ablyOptions } from './dev/ably-options.ts'
export { activity, hasStalled } from './chat/activity.ts'
export { describeAgent, watchAgent } from './chat/agent-health.ts'
export type { AgentHealth } from './chat/agent-health.ts'
export { announceIn } from './chat/announce-in.ts'
export { tabClientId } from './storage/client-id.ts'
export { connectionView } from './chat/connection-view.ts'
export type { ConnectionView, Tone } from './chat/connection-view.ts'
export {
  addressOf,
  beginConversation,
  channelOf,
  currentConversation,
  onConversationChange,
  otherAppAddress,
  showConversation,
} from './storage/conversation-id.ts'
export { keepDraft, readDraft } from './storage/draft.ts'
export { everySecond } from './list/every-second.ts'
export { exposeStore } from './dev/expose-store.ts'
export { focusPrompt } from './input/focus-prompt.ts'
export { followBottom } from './list/follow-bottom.ts'
export type { FollowBottom } from './list/follow-bottom.ts'
export { growWithText } from './list/grow.ts'
export { jumpText } from './chat/jump-text.ts'
export { endOnEscape, isPlainClick, isSendKey, onEscape } from './input/keyboard.ts'
export {
  countAfter,
  earlierRows,
  hasEarlier,
  lastRows,
  laterRows,
  openWindow,
  slideWindow,
  windowRows,
} from './list/list-window.ts'
export { messageAttributes, messageView, sameButText } from './chat/message-view.ts'
export type { MessageContext, MessageView } from './chat/message-view.ts'
export { appTitle, pageConfig } from './dev/page-config.ts'
export type { PageConfig } from './dev/page-config.ts'
export { watchReaction } from './chat/page-reaction.ts'
export { askedLog, loadLog } from './dev/recorded-log.ts'
export type { AskedLog } from './dev/recorded-log.ts'
export { rememberConversation } from './storage/remember-conversation.ts'
export { requestResponse } from './chat/request-response.ts'
export {
  forgetConversation,
  onSavedConversations,
  renameConversation,
  savedConversations,
} from './storage/saved-conversations.ts'
export type { SavedConversation } from './storage/saved-conversations.ts'
export { storedMessages } from './storage/stored-messages.ts'
export { texts } from './chat/texts.ts'
export { timeText } from './chat/time-text.ts'
export { cause, endTrouble, troubles } from './dev/trouble.ts'
export type { Trouble } from './dev/trouble.ts'
export { viewersOf, watchViewers } from './chat/viewers.ts'
export type { Viewer } from './chat/viewers.ts'
export { watchEdges } from './list/watch-edges.ts'
export { copyAnswer, writeAnswer } from './chat/write-answer.ts'
