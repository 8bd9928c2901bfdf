import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { Hono } from 'hono'
import { expect, test } from 'vitest'
import { listen } from '../src/listen.ts'

test('a taken port is named, and what to set', async () => {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as AddressInfo // a TCP server's
  await expect(listen(new Hono(), port, undefined)).rejects.toThrow(new RegExp(`port ${port} is taken: set AGENT_PORT`))
  other.close()
})
