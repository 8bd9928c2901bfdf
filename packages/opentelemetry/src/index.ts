export { observeAgent } from './observe-agent.ts'
export type { ObserveAgentOptions } from './observe-agent-options.ts'
export { observeConversation } from './observe-conversation.ts'
export type { ObserveConversationOptions } from './observe-conversation.ts'
