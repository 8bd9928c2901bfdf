/** Who wrote a message: this run of this agent, an agent, or a user; `unknown` where it cannot be read and may be a user's. */
export type Owner = 'ours' | 'agent' | 'user' | 'unknown'
