import { toolDefinition } from '@tanstack/ai'

const inputSchema = { type: 'object' } as const

/** What the agent can do: `send` after an approval, `look` at once. The page registers the first, so that it is given its interrupts. */
export const sendTool = toolDefinition({ name: 'send', description: 'Sends it', inputSchema, needsApproval: true })
export const lookTool = toolDefinition({ name: 'look', description: 'Looks at it', inputSchema })
