// What must and must not compile. Checked by `pnpm check` (types); never run.
import type { NotifyAgent } from '@streamfold/client'

const endpoint = '/api/responses'

export const taken: readonly NotifyAgent[] = [
  ({ promptSerial }) => fetch(endpoint, { method: 'POST', body: promptSerial }),
  async ({ channelName, promptSerial }) => {
    const response = await fetch(endpoint, { method: 'POST', body: JSON.stringify({ channelName, promptSerial }) })
    if (!response.ok) throw new Error('the agent is away')
  },
  () => undefined,
  async () => {},
  () => ({ ok: true, status: 202 }),
]

export const notTaken: readonly NotifyAgent[] = [
  // @ts-expect-error a body: the answer comes on the channel
  async () => (await fetch(endpoint)).json() as Promise<{ responseId: string }>,
  // @ts-expect-error whether it succeeded: a function that fails throws
  () => navigator.sendBeacon(endpoint),
  // @ts-expect-error a prompt has no text here: the agent reads it from the channel
  ({ text }) => fetch(endpoint, { method: 'POST', body: text }),
]
