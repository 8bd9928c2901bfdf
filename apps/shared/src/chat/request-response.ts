import type { NotifyAgent } from '@streamfold/ably'
import { texts } from './texts.ts'

/** Asks the agent, over HTTP, to answer a prompt on the channel. Throws a sentence to show, also if the prompt has to wait. */
export const requestResponse: NotifyAgent = async ({ channelName, promptSerial }) => {
  const response = await post({ channel: channelName, promptSerial })
  if (response.ok) {
    const waits = await queueOf(response)
    if (waits !== undefined) throw new Error(waits)
    return
  }
  // The development proxy answers 5xx without a reason when nothing listens behind it.
  throw new Error((await reasonOf(response)) ?? texts.agentUnreachable)
}

async function post(body: object): Promise<Response> {
  try {
    return await fetch('/api/responses', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
  } catch (cause) {
    throw new Error(texts.agentUnreachable, { cause })
  }
}

/** The sentence for a prompt that waits for its turn. */
async function queueOf(response: Response): Promise<string | undefined> {
  const body: unknown = await response.json().catch(() => undefined)
  if (typeof body !== 'object' || body === null || !('queued' in body) || body.queued !== true) return undefined
  return 'message' in body ? String(body.message) : texts.agentBusy
}

async function reasonOf(response: Response): Promise<string | undefined> {
  const body: unknown = await response.json().catch(() => undefined)
  if (typeof body !== 'object' || body === null) return undefined
  const reason: unknown = 'message' in body ? body.message : 'error' in body ? body.error : undefined
  if (typeof reason === 'string') return reason
  return typeof reason === 'object' && reason !== null && 'message' in reason ? String(reason.message) : undefined
}
