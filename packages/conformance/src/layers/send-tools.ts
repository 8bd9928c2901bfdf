import type { ToolSet } from 'ai'
import { jsonSchema, tool } from 'ai'
import { execute } from '../harness/script.ts'

const inputSchema = jsonSchema<Readonly<Record<string, string>>>({ type: 'object' })

/** What the agent can do: `send` after an approval, `look` at once. */
export const sendTools: ToolSet = {
  send: tool({ inputSchema, needsApproval: true, execute: () => execute('send') }),
  look: tool({ inputSchema, execute: () => execute('look') }),
}
