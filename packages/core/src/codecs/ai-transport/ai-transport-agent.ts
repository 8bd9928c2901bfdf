import type { Codec } from '../../protocol/codec.ts'
import { respond } from './write/respond.ts'
import { aiTransport } from './ai-transport.ts'

/**
 * The codec for agents whose readers are clients of AI Transport: `createResponseWriter` and `createAgentChannel` write its format.
 * Those clients apply an update only if it extends the text that they show. A client that is live while an append is lost therefore sees
 * the repair only after it has read history again.
 */
export const aiTransportAgent: Codec = { ...aiTransport, respond }
