import '@streamfold/test-support/svelte/compile-in-process'
import { Realtime } from 'ably'
import { render } from 'svelte/server'
import { readable } from 'svelte/store'

const [{ default: Page }, { default: Inside }] = await Promise.all([
  import('@streamfold/test-support/svelte/page.svelte'),
  import('./page.svelte'),
])

const client = new Realtime({ key: 'app.key:secret', clientId: 'server', autoConnect: false })
const listening = () => client.connection.listeners()?.length ?? 0
const before = listening()
const { body } = render(Page, { props: { of: Inside, given: readable({ client, channelName: 'served' }) } })
const channel = client.channels.get('served')
const states = [client.connection.state, channel.state]
process.stdout.write(JSON.stringify({ body, states, listeners: [listening() - before, channel.listeners()?.length ?? 0] }))
