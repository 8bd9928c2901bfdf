import type { AgentHandler, HandlerContext } from '../../../src/index.ts'
import { createTestAgent } from './test-agent.ts'

/** Texts, as the variables of a worker are. */
interface Variables {
  readonly ABLY_PORT: string
  readonly ABLY_KEY: string
  readonly MODEL_URL: string
  readonly ORIGIN: string
}

let handler: AgentHandler | undefined

/** A worker of Cloudflare. */
export default {
  fetch(request: Request, { ABLY_PORT, ABLY_KEY, MODEL_URL, ORIGIN }: Variables, context: HandlerContext): Promise<Response> {
    handler ??= createTestAgent({ ablyPort: Number(ABLY_PORT), key: ABLY_KEY, modelUrl: MODEL_URL, origin: ORIGIN })
    return handler(request, context)
  },
}
