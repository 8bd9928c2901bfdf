export type { Agent, AgentOptions, PromptOrder, RecoverOptions } from './serve/agent-options.ts'
export type { Continued, Task } from './serve/run/task.ts'
export type { PrepareStep } from './serve/run/prepare-step.ts'
export type { DecidedCall } from './serve/waiting/continuation.ts'
export type { Accepted, Answer, Answering, Refused, TakenIn } from './serve/prompt/answer.ts'
export { createAgentHandler } from './handler/create-agent-handler.ts'
export type { AgentHandler, AgentHandlerOptions, HandlerRecoverOptions } from './handler/create-agent-handler.ts'
export type { Delivered } from './handler/webhook/deliver.ts'
export { HttpError } from './handler/http/http-error.ts'
export { isOwnHost } from './handler/http/own-host.ts'
export type { HandlerContext, RequestHandler } from './handler/request-handler.ts'
export { signedBy } from './handler/webhook/signed-by.ts'
export type { WebhookCheck } from './handler/webhook/signed-by.ts'
export { pageOperations } from './handler/user.ts'
export type { User } from './handler/user.ts'
export type { WorkLimits, WorkState } from './handler/agents/work-queue.ts'
export type { WaitingRecord, WorkJournal } from './handler/agents/work-record.ts'
export type { Attempt, Engine, Journal, Recorded, Work } from './journal/journal.ts'
export { systemClock } from './clock.ts'
export type {
  ArchivedMessage,
  ArchivePage,
  ConversationIndex,
  ConversationList,
  ListedConversation,
  ListOptions,
  ResponseArchive,
  WithheldData,
  WithheldStore,
} from './archive/archive.ts'
export { archivable, archivedBranch, fromArchive } from './archive/archive.ts'
export type { Clock } from './clock.ts'
export { anthropicMessages } from './model-input/anthropic-messages.ts'
export type { AnthropicMessage } from './model-input/anthropic-messages.ts'
export { chatMessages } from './model-input/chat-messages.ts'
export type { ChatMessage } from './model-input/chat-messages.ts'
export { modelMessages } from './model-input/model-messages.ts'
export type { AiSdkMessage } from './model-input/model-messages.ts'
export { openAIInput } from './model-input/openai-input.ts'
export type { OpenAIInputItem } from './model-input/openai-input.ts'
export { openAIMessages } from './model-input/openai-messages.ts'
export type { OpenAIMessage } from './model-input/openai-messages.ts'
export type { ModelInputOptions } from './model-input/options.ts'
export type { FileContents, FileReading, ReadFile } from './model-input/read-files.ts'
export type { BatchOptions, RepairOptions, StreamOptions } from './publish/options/options.ts'
export type { AskedCall, AskOptions } from './publish/parts/asks.ts'
export type { ShowOptions, ShownCall } from './publish/parts/shown-parts.ts'
export type {
  AgentObserver,
  AnswerEvent,
  AnswerObserver,
  Append,
  Asked,
  ClosedResponse,
  Created,
  EndedAnswer,
  ModelCall,
  Rejection,
  Repair,
  StartedAnswer,
  ToolCall,
} from './observe/observer.ts'
export type { Usage } from './source/usage.ts'
export type { Ended, Failed, Outcome } from './publish/outcome.ts'
export type { Chunk, ToolChunk } from './source/chunk.ts'
export { ReaderError } from './publish/reader-error.ts'
export { responseId } from './serve/claim/response-id.ts'
export type { Source } from './source/source.ts'
export { ToolError } from './source/errors/tool-error.ts'
export type { ResponseStream } from './publish/stream-response.ts'
export { SilenceError } from './publish/read-source.ts'
export { streamResponse } from './publish/stream-response.ts'
export { serveAgent } from './serve/serve-agent.ts'
export { updateArchive } from './archive/update-archive.ts'
