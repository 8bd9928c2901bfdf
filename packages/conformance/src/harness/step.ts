/** What a model says, piece by piece. `end` closes what is open. */
export type Step =
  | { readonly text: string }
  | { readonly reasoning: string }
  /** A call of a tool, whose input streams in these pieces. `send` asks for approval, `look` does not. */
  | { readonly call: string; readonly tool: 'send' | 'look'; readonly input: readonly string[] }
  | { readonly end: 'stop' | 'tool-calls' }
