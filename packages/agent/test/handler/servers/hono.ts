import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { ready, surroundings } from './process.ts'
import { createTestAgent } from './test-agent.ts'

const handler = createTestAgent(surroundings)
const app = new Hono().all('/api/*', ({ req }) => handler(req.raw))
serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => ready(port))
