export type { RefusedFile, UploadItem, UploadsActions } from '@streamfold/client'
export type { Conversation, DataPart, FilePart, PromptFile, ReasoningPart } from '@streamfold/core'
export { createAblyClient } from './dev/ably-client.ts'
export { activity, hasStalled, nextHint, waitingText } from './chat/activity.ts'
export { askToNotify, canAskToNotify, watchAttention } from './chat/attention.ts'
export { authorOfPrompt, decisionsDue, decisionsIn, isReadersTurn } from './chat/decisions.ts'
export { elsewhere, elsewhereText, focusElsewhere, sameElsewhere } from './chat/elsewhere.ts'
export { describeAgent, watchAgent } from './chat/agent-health.ts'
export type { AgentHealth } from './chat/agent-health.ts'
export { currentPerson, endVisit, followAsMe, onPersonalLink, stayVisitor } from './storage/person.ts'
export type { Person } from './storage/person.ts'
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
export { keepBranch, readBranch } from './storage/branch.ts'
export { isListShown, keepListShown } from './storage/list-shown.ts'
export { keepDraft, readDraft } from './storage/draft.ts'
export { everySecond } from './list/every-second.ts'
export { exposeStore } from './dev/expose-store.ts'
export { fetchSoon } from './input/fetch-soon.ts'
export { filesPasted, watchDrop } from './input/take-files.ts'
export { filesToSend } from './input/files-to-send.ts'
export { uploadFile, uploadLimits } from './input/upload-file.ts'
export { focusAfterDecision, focusPrompt, showDecision } from './input/focus-prompt.ts'
export { focusAction, versionForKey } from './input/versions.ts'
export { followBottom } from './list/follow-bottom.ts'
export type { FollowBottom } from './list/follow-bottom.ts'
export { growWithText } from './list/grow.ts'
export { jumpText } from './chat/jump-text.ts'
export { endOnEscape, isPlainClick, isSendKey, isSteerKey, onEscape, steerKeys } from './input/keyboard.ts'
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
export { isSettled, messageAttributes, messageView, sameButParts } from './chat/message-view.ts'
export type { MessageContext, MessageView } from './chat/message-view.ts'
export { appTitle, pageConfig } from './dev/page-config.ts'
export type { PageConfig } from './dev/page-config.ts'
export { askedLog } from './dev/asked-log.ts'
export type { AskedLog } from './dev/asked-log.ts'
export { rememberConversation } from './storage/remember-conversation.ts'
export { requestResponse } from './chat/request-response.ts'
export {
  forgetConversation,
  isUnread,
  onSavedConversations,
  renameConversation,
  savedConversations,
  unfinishedConversations,
} from './storage/saved-conversations.ts'
export type { SavedConversation } from './storage/saved-conversations.ts'
export { storedMessages } from './storage/stored-messages.ts'
export { texts } from './chat/texts.ts'
export { timeText } from './chat/time-text.ts'
export { isWide, watchWide } from './list/page-width.ts'
export { watchEdges } from './list/watch-edges.ts'
export { copyText } from './markdown/copy.ts'
export { clientTools } from './parts/client-tools.ts'
export { fileView } from './parts/file-view.ts'
export type { FileView } from './parts/file-view.ts'
export { followCitation } from './parts/follow-citation.ts'
export { prettyJson } from './parts/json-text.ts'
export { createPartBlocks, sameParts } from './parts/part-blocks.ts'
export type { PartBlock } from './parts/part-blocks.ts'
export { reasoningView } from './parts/reasoning-view.ts'
export { sourceView } from './parts/sources.ts'
export type { NumberedSource } from './parts/sources.ts'
export { saysAsk, toolDetails, toolTitle, toolView } from './parts/tool-view.ts'
export type { AnyToolPart } from './parts/tool-view.ts'
export { copyAnswer, writePart } from './parts/write-part.ts'
