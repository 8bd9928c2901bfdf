import type { ClientOptions } from 'ably'
import { Realtime } from 'ably'
import { AblyProvider } from 'ably/react'
import { create } from 'react-test-renderer'
import { Chat } from './chat'

/** The page in React's test renderer, for `test.mjs`. */
export function start(options: ClientOptions, channelName: string) {
  const client = new Realtime(options)
  const page = create(
    <AblyProvider client={client}>
      <Chat channelName={channelName} />
    </AblyProvider>,
  )
  return {
    screen: () => page.toJSON(),
    async press() {
      await page.root.find(({ type }) => String(type) === 'Pressable').props['onPress']()
    },
    end() {
      page.unmount()
      client.close()
    },
  }
}

Object.assign(globalThis, { start })
