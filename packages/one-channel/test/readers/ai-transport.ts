import { theirClient } from '@streamfold/test-support/their-client'
import type { Reader } from '../reader.ts'
import { linesOf } from '../reader.ts'

export const aiTransportClient: Reader = {
  name: 'the client of AI Transport',
  only: 'ai-transport',
  needsReload: true,
  async open({ client, name }) {
    const { session, load } = await theirClient(client, name)
    await load()
    return {
      shown() {
        const status = session.view.runs().at(-1)?.status
        return {
          lines: linesOf(session.view.getMessages().map(({ message }) => message)),
          standing: status === 'suspended' ? 'waiting' : status === 'complete' ? 'ended' : 'streaming',
        }
      },
      close: () => session.close(),
    }
  },
}
