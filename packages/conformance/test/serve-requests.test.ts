import { connect } from 'node:net'
import { expect, it } from 'vitest'
import { freePort } from '../src/harness/free-port.ts'
import { serveRequests } from '../src/harness/serve-requests.ts'

it('an agent does not end the connections of a page that has nothing to ask for a while', async () => {
  const port = await freePort()
  await serveRequests(port, async () => new Response('here'))
  const page = connect(port, '127.0.0.1')
  page.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n')
  let answer = ''
  for await (const piece of page) {
    answer += String(piece)
    if (answer.includes('here')) break
  }
  expect(answer).toMatch(/^connection: keep-alive\r$/im)
  // With it a server says after how many seconds it ends an idle connection.
  expect(answer).not.toMatch(/^keep-alive:/im)
})
