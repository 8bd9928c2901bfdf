// @vitest-environment happy-dom
import type { Realtime } from 'ably'
import { createApp, defineComponent, h } from 'vue'
import { expect, it, vi } from 'vitest'
import { realtime } from '@streamfold/test-support/realtime'
import { serve } from '@streamfold/test-support/serve'
import {
  ConversationProvider,
  provideAbly,
  useAbly,
  useChannel,
  useConnectionState,
  useConversation,
  useStore,
} from '../src/index.ts'
import { renderInTest } from './render-in-test.ts'

it('says what is missing where there is no provider', async () => {
  const Reader = defineComponent(() => {
    const { status } = useConversation()
    return () => status.value
  })
  const app = createApp(Reader)
  app.config.warnHandler = () => {}
  expect(() => app.mount(document.createElement('main'))).toThrow('no ConversationProvider is above this component')
})

it.each([{ channelName: undefined }, { channelName: null }, { channelName: 'ai:later', enabled: false }])(
  'needs no client while it opens nothing: %j',
  (options) => {
    const Reader = defineComponent(() => {
      const { connectionStatus } = useConversation(options)
      return () => connectionStatus.value
    })
    const Inner = defineComponent(() => {
      const { connectionStatus } = useConversation()
      return () => connectionStatus.value
    })
    const app = createApp(() => [h(Reader), ' ', h(ConversationProvider, options, () => h(Inner))])
    const element = document.createElement('main')
    app.mount(element)
    expect(element.textContent).toBe('disconnected disconnected')
    app.unmount()
  },
)

async function page(setup: (client: Realtime) => () => unknown) {
  const server = await serve()
  const client = realtime(server, { clientId: 'ann' })
  const { element, unmount } = renderInTest(client, () => setup(client))
  return { server, client, element, unmount }
}

it('gives the store of the conversation', async () => {
  let status = () => ''
  const Reader = defineComponent(() => {
    const store = useStore()
    status = () => store.value.getSnapshot().context.channel.status
    return () => null
  })
  await page(() => () => h(ConversationProvider, { channelName: 'ai:store' }, () => h(Reader)))
  await vi.waitFor(() => expect(status()).toBe('live'))
})

it('gives the store with the conversation that it opens', async () => {
  let status = () => ''
  const Reader = defineComponent(() => {
    const { store } = useConversation({ channelName: 'ai:store' })
    status = () => store.value.getSnapshot().context.channel.status
    return () => null
  })
  await page(() => () => h(Reader))
  await vi.waitFor(() => expect(status()).toBe('live'))
})

it('gives the nearest client, by id', async () => {
  const found: unknown[] = []
  const Inner = defineComponent(() => {
    found.push(useAbly(), useAbly('second'))
    return () => null
  })
  const { client } = await page((client) => {
    provideAbly(client, 'second')
    return () => h(Inner)
  })
  expect(found).toEqual([client, client])
})

it('says what is missing where no client was given', () => {
  const app = createApp(defineComponent(() => (useAbly(), () => null)))
  app.config.warnHandler = () => {}
  expect(() => app.mount(document.createElement('main'))).toThrow('call app.use(ablyPlugin, client) or provideAbly(client)')
})

it('follows the state of the connection', async () => {
  const { client, element } = await page(() => {
    const state = useConnectionState()
    return () => state.value
  })
  await vi.waitFor(() => expect(element.textContent).toBe('connected'))
  client.close()
  await vi.waitFor(() => expect(element.textContent).toBe('closed'))
})

it('attaches a channel, hears its messages by name, and stops hearing when it is unmounted', async () => {
  const heard: unknown[] = []
  const { client, unmount } = await page(() => {
    const { publish, channel } = useChannel('room', 'greeting', ({ data }) => heard.push(data))
    return () => h('button', { onClick: () => publish('greeting', 'hi') }, channel.value.name)
  })
  const channel = client.channels.get('room')
  await channel.whenState('attached')
  await channel.publish('other', 'not heard')
  document.querySelector('button')!.click()
  await vi.waitFor(() => expect(heard).toEqual(['hi']))
  unmount()
  await channel.publish('greeting', 'gone')
  await channel.history()
  expect(heard).toEqual(['hi'])
  expect(channel.state).toBe('attached')
})

it('shows the error of a channel', async () => {
  const { server, element } = await page(() => {
    const { channelError } = useChannel({ channelName: ':invalid' })
    return () => channelError.value?.code
  })
  expect(server).toBeDefined()
  await vi.waitFor(() => expect(element.textContent).toBe('40010'))
})
