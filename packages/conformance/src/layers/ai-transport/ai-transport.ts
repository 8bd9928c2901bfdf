import type { RealtimeChannel } from 'ably'
import { freePort } from '../../harness/free-port.ts'
import type { Layer } from '../../layer.ts'
import { ablyStage } from '../ably-stage.ts'
import { viewPage } from './view-page.ts'

export const aiTransport: Layer = {
  id: 'ai-transport',
  folder: 'ai-transport',
  name: 'Ably AI Transport',
  packages: ['@ably/ai-transport', 'ably', 'ai'],
  setUp:
    'the client session of `@ably/ai-transport/vercel` and its view; an agent behind HTTP that runs `streamText` of the AI SDK, as in its README, and is present while it works; a local Ably',
  address: 'https://ably.com/docs/ai-transport/getting-started/core-sdk',
  without: {},
  excludes: {},
  async start() {
    const port = await freePort()
    return ablyStage(new URL('agent.ts', import.meta.url), (place) => viewPage(place, port), redactText, port)
  },
}

/** Replaces the newest text of the agent: an update of its message. */
async function redactText(channel: RealtimeChannel, replacement: string): Promise<void> {
  const { items } = await channel.history({ limit: 100 })
  const text = items.find(({ clientId, data }) => clientId === 'agent' && typeof data === 'string' && data.includes('secret'))
  if (!text?.serial) throw new Error('unable to redact; no text is in the history')
  await channel.updateMessage({ serial: text.serial, data: replacement, extras: text.extras })
}
