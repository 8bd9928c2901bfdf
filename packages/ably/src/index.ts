export { createAgentChannel } from './agent-channel/agent-channel.ts'
export type { AgentChannelOptions } from './agent-channel/agent-channel.ts'
export { openConversation } from './open-conversation.ts'
export { ablyTransport } from './transport/ably-transport.ts'
export type { ResponseWriterOptions } from './writer/response-wire.ts'
export { createResponseWriter } from './writer/response-writer.ts'

// The names that a page without a framework needs beside `openConversation`, so that it need not install the client by name.
export { ConversationError, runClientTools, selectError, selectMessageIds, selectUnansweredPrompt } from '@streamfold/client'
export type {
  CallIds,
  CallPart,
  ClientToolContext,
  ClientTools,
  Clock,
  ConversationErrorCode,
  ConversationHandle,
  ConversationView,
  Decision,
  MessageId,
  MessageOrder,
  NotifiedPrompt,
  NotifyAgent,
  NotifyResult,
  OpenOptions,
  PromptInput,
  PromptOptions,
  SharedConversation,
  ShownCall,
  Unanswered,
  Upload,
  UploadedFile,
  UploadTask,
  WaitingCall,
} from '@streamfold/client'
