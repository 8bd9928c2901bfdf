import type { AddressInfo } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import express from 'express'
import { ready, surroundings } from './process.ts'
import { createTestAgent } from './test-agent.ts'

const handler = createTestAgent(surroundings)
const app = express()
// Before body parsers: the handler reads the body itself.
app.all(
  '/api/*path',
  getRequestListener((request) => handler(request)),
)
app.use(express.json())
const server = app.listen(0, '127.0.0.1', () => ready((server.address() as AddressInfo).port)) // It listens on a port.
