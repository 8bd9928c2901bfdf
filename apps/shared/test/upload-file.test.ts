// @vitest-environment happy-dom
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { uploadFile } from '../src/input/upload-file.ts'

async function serve(status: number, body: string, hold = false) {
  const received: { request: IncomingMessage; body: Buffer }[] = []
  const server = createServer(async (request, response) => {
    received.push({ request, body: await buffer(request) })
    if (hold) return
    response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' })
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo // It listens on a port.
  ;(globalThis as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL(`http://localhost:${port}/`) // What the environment adds.
  return received
}

const file = new File(['hello'], 'a file.txt', { type: 'text/plain' })
const task = () => ({ signal: new AbortController().signal, onProgress: () => undefined })

test('a file goes to the agent’s store, and comes back as an address', async () => {
  const received = await serve(201, '{"url":"http://x.test/files/1","mediaType":"text/plain","name":"a file.txt","size":5}')
  expect(await uploadFile(file, task())).toEqual({ url: 'http://x.test/files/1', mediaType: 'text/plain', name: 'a file.txt' })
  const [{ request, body }] = received as [(typeof received)[0]]
  expect([request.method, request.url, request.headers['content-type'], String(body)]).toEqual([
    'POST',
    '/files?name=a%20file.txt',
    'text/plain',
    'hello',
  ])
})

test.each([
  [507, '{"error":{"code":"store-full","message":"unable to keep the file; it is full"}}', /^it is full$/],
  [502, '<html>', /^the server answered 502$/],
  [200, '{}', /^the server answered 200$/],
])('what is refused says why: %i %s', async (status, body, message) => {
  await serve(status, body)
  await expect(uploadFile(file, task())).rejects.toThrow(message)
})

test('a server that is not reached', async () => {
  ;(globalThis as unknown as { happyDOM: { setURL(url: string): void } }).happyDOM.setURL('http://localhost:1/') // Likewise.
  await expect(uploadFile(file, task())).rejects.toThrow('the agent could not be reached')
})

test('an upload that is cancelled ends', async () => {
  await serve(201, '{}', true)
  const controller = new AbortController()
  const uploading = uploadFile(file, { ...task(), signal: controller.signal })
  controller.abort(new Error('cancelled'))
  await expect(uploading).rejects.toThrow('cancelled')
})
