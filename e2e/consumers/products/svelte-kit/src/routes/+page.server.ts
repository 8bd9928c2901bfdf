import { createAgentChannel } from '@streamfold/ably'
import { toJSON } from '@streamfold/core'
import { Realtime } from 'ably'
import type { PageServerLoad } from './$types'

const { ABLY_PORT, ABLY_KEY } = process.env
const local = { endpoint: 'localhost', port: Number(ABLY_PORT), tls: false, key: ABLY_KEY! }
let reader: Realtime | undefined

export const load: PageServerLoad = async ({ url }) => {
  const channelName = url.searchParams.get('channel') ?? 'ai:consumer'
  // Not while the app is built.
  reader ??= new Realtime({ ...local, clientId: 'server' })
  const conversation = await createAgentChannel(reader.channels.get(channelName), { clientId: 'agent' }).conversation()
  return { channelName, local, conversation: toJSON(conversation) }
}
