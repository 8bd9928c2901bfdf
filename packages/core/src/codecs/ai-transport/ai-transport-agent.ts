import type { Codec } from '../../protocol/codec.ts'
import { respond } from './respond.ts'
import { aiTransport } from './ai-transport.ts'

/**
 * The same for agents of ours that clients of AI Transport read: `createResponseWriter` and `createAgentChannel` write in it. Their
 * reader knows no update but one that extends what it shows: who follows live while an append is lost sees the repair when
 * they read history next.
 */
export const aiTransportAgent: Codec = { ...aiTransport, respond }
