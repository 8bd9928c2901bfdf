import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createAgentChannel } from '@streamfold/ably'
import { toJSON } from '@streamfold/core'
import { Realtime } from 'ably'
import { renderToString } from 'react-dom/server'
import { Page } from './page.js'

const { PORT, ABLY_PORT, ABLY_KEY } = process.env
const local = { endpoint: 'localhost', port: Number(ABLY_PORT), tls: false, key: ABLY_KEY! }
const reader = new Realtime({ ...local, clientId: 'server' })
const idle = new Realtime({ ...local, autoConnect: false })

createServer(async ({ url = '/' }, response) => {
  const { pathname, searchParams } = new URL(url, 'http://localhost')
  if (pathname === '/client.js') {
    response.setHeader('content-type', 'text/javascript').end(await readFile('dist/client/client.js'))
    return
  }
  const channelName = searchParams.get('channel') ?? 'ai:consumer'
  const initial = await createAgentChannel(reader.channels.get(channelName), { clientId: 'agent' }).conversation()
  const body = renderToString(<Page client={idle} channelName={channelName} initial={initial} />)
  const page = JSON.stringify({ channelName, local, conversation: toJSON(initial) }).replaceAll('<', '\\u003c')
  response.setHeader('content-type', 'text/html; charset=utf-8').end(
    `<!doctype html><title>React, rendered on a server</title><link rel="icon" href="data:,"><div id="root">${body}</div>
<script id="page" type="application/json">${page}</script><script type="module" src="/client.js"></script>`,
  )
}).listen(Number(PORT))
