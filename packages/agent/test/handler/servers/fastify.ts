import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import Fastify from 'fastify'
import { ready, surroundings } from './process.ts'
import { createTestAgent } from './test-agent.ts'

const handler = createTestAgent(surroundings)
const listener = getRequestListener((request) => handler(request))
const server = Fastify()
await server.register(async (scope) => {
  // The handler reads the body itself.
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
  scope.all('/api/*', async (request, reply) => {
    reply.hijack()
    await listener(request.raw, reply.raw)
  })
})
await server.listen({ port: 0, host: '127.0.0.1' })
ready((server.server.address() as AddressInfo).port) // It listens on a port.
