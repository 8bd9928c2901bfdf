import { useConversation } from '@streamfold/react'
import { FlatList, Pressable, Text, View } from 'react-native'

export function Chat({ channelName }: { readonly channelName: string }) {
  const { messages, connectionStatus, sendMessage } = useConversation({ channelName, agent: 'agent' })
  return (
    <View testID={connectionStatus}>
      <FlatList
        data={messages}
        keyExtractor={({ key }) => key}
        renderItem={({ item }) => <Text testID={`${item.role} ${item.status}`}>{item.text}</Text>}
      />
      <Pressable onPress={() => void sendMessage('Hello?')}>
        <Text>Send</Text>
      </Pressable>
    </View>
  )
}
