import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/** The floor: sends every frame of a publisher to every subscriber and does nothing else. */
export async function relay(): Promise<number> {
  const subscribers = new Set<WebSocket>()
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false })
  server.on('connection', (socket, request) => {
    if (request.url?.includes('subscribe')) {
      subscribers.add(socket)
      socket.on('close', () => subscribers.delete(socket))
    } else {
      socket.on('message', (data, binary) => {
        for (const subscriber of subscribers) subscriber.send(data, { binary })
      })
    }
  })
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}
