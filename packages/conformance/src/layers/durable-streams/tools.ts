import type { ToolSet } from 'ai-6'
import { jsonSchema, tool } from 'ai-6'
import { execute } from '../../harness/script.ts'

const inputSchema = jsonSchema<Readonly<Record<string, string>>>({ type: 'object' })

/** Those of `send-tools.ts`, for release 6 of the AI SDK. */
export const tools: ToolSet = {
  send: tool({ inputSchema, needsApproval: true, execute: () => execute('send') }),
  look: tool({ inputSchema, execute: () => execute('look') }),
}
