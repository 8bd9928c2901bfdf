// As Ably's example of the pattern shows it: a Map of strings in React's state, a copy of the Map with each append.
import { Realtime } from 'ably'
import { AblyProvider, ChannelProvider, useChannel } from 'ably/react'
import { createElement, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { pairs, settledText } from '../text.ts'

const query = new URLSearchParams(location.search)
const channelName = query.get('channel')!
const client = new Realtime({
  key: query.get('key')!,
  clientId: 'reader',
  endpoint: 'localhost',
  port: Number(query.get('ably')),
  tls: false,
  transports: ['web_socket'],
})

function settled(): Map<string, string> {
  const texts = new Map<string, string>()
  for (let index = 0; index < pairs; index++) {
    texts.set(`p${index}`, `Prompt ${index}`)
    texts.set(`r${index}`, settledText(index))
  }
  return texts
}

function Chat() {
  const [responses, setResponses] = useState(settled)
  useChannel(channelName, ({ action, serial = '', data }) => {
    setResponses((before) => {
      const next = new Map(before)
      next.set(serial, action === 'message.append' ? (before.get(serial) ?? '') + String(data ?? '') : String(data ?? ''))
      return next
    })
  })
  return createElement(
    'main',
    null,
    [...responses].map(([serial, text]) => createElement('div', { key: serial, className: 'message' }, text)),
  )
}

createRoot(document.getElementById('app')!).render(
  createElement(AblyProvider, { client }, createElement(ChannelProvider, { channelName }, createElement(Chat))),
)
