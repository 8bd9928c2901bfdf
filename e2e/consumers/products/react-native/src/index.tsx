import { Realtime } from 'ably'
import { AblyProvider } from 'ably/react'
import { AppRegistry } from 'react-native'
import { Chat } from './chat'

const client = new Realtime({ authUrl: 'https://example.com/api/ably-token' })

AppRegistry.registerComponent('Chat', () => () => (
  <AblyProvider client={client}>
    <Chat channelName="ai:chat" />
  </AblyProvider>
))
