export { ConversationAgent } from './conversation-agent.ts'
export type { ConversationAgentOptions } from './conversation-agent.ts'
export type { Prompt, ReadPrompt } from './run/prompt-of.ts'
export type { ThreadSource } from './thread.ts'
