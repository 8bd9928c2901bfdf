import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { createAgentChannel } from '@streamfold/ably'
import { toJSON } from '@streamfold/core'
import { ablyPlugin } from '@streamfold/vue'
import { Realtime } from 'ably'
import { createSSRApp } from 'vue'
import { renderToString } from 'vue/server-renderer'
import Page from './page.vue'

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
  const body = await renderToString(createSSRApp(Page, { channelName, initial }).use(ablyPlugin, idle))
  const page = JSON.stringify({ channelName, local, conversation: toJSON(initial) }).replaceAll('<', '\\u003c')
  response.setHeader('content-type', 'text/html; charset=utf-8').end(
    `<!doctype html><title>Vue, rendered on a server</title><link rel="icon" href="data:,"><div id="root">${body}</div>
<script id="page" type="application/json">${page}</script><script type="module" src="/client.js"></script>`,
  )
}).listen(Number(PORT))
