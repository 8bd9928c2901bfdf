// @vitest-environment happy-dom
import type { Realtime } from 'ably'
import { createSSRApp, createApp, defineComponent, h, proxyRefs, shallowReactive } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { Binding, Mounted, ProviderOptions } from '../../ably/test/binding-scenarios.ts'
import { bindingScenarios } from '../../ably/test/binding-scenarios.ts'
import { realtime, serve } from '../../ably/test/fixture.ts'
import {
  ConversationProvider,
  ablyPlugin,
  provideAbly,
  useAbly,
  useChannel,
  useConnectionState,
  useConversation,
  useMessage,
  useMessageIds,
  useStore,
} from '../src/index.ts'

type Probe = Pick<Mounted, 'renders'> & { result?: ReturnType<Mounted['conversation']> }

const Controls = defineComponent({
  props: { probe: { type: Object, required: true } },
  setup({ probe }) {
    const conversation = useConversation()
    probe['result'] = proxyRefs(conversation)
    return () => {
      probe['renders'].controls++
      return h('p', [conversation.status.value, conversation.connectionStatus.value])
    }
  },
})

const Row = defineComponent({
  props: {
    id: { type: String, required: true },
    name: { type: String, required: true },
    probe: { type: Object, required: true },
  },
  setup(props) {
    const message = useMessage(() => props.id)
    return () => {
      const { rows } = props.probe['renders'] as Mounted['renders']
      rows.set(props.name, (rows.get(props.name) ?? 0) + 1)
      return h('li', { 'data-status': message.value?.status }, message.value?.text)
    }
  },
})

const List = defineComponent({
  props: { probe: { type: Object, required: true } },
  setup({ probe }) {
    const ids = useMessageIds()
    return () => {
      probe['renders'].list++
      return h(
        'ol',
        ids.value.map(({ key, id }) => h(Row, { key, id, name: key, probe })),
      )
    }
  },
})

const newProbe = (): Probe => ({ renders: { controls: 0, list: 0, rows: new Map() } })

function tree(options: ProviderOptions, probe: Probe) {
  const children = () => [h(Controls, { probe }), h(List, { probe })]
  return () => h(ConversationProvider, { ...options }, children)
}

function render(element: HTMLElement, client: Realtime, setup: () => () => unknown) {
  const app = createApp({ setup })
  app.use(ablyPlugin, client)
  app.mount(element)
  let mounted = true
  const unmount = () => {
    if (mounted) app.unmount()
    mounted = false
  }
  onTestFinished(unmount)
  return unmount
}

const binding: Binding = {
  mount(element, client, options) {
    const probe = newProbe()
    const current = shallowReactive({ options })
    const unmount = render(element, client, () => () => tree(current.options, probe)())
    return {
      renders: probe.renders,
      conversation: () => probe.result!,
      update(next) {
        current.options = next
      },
      unmount,
    }
  },
  mountTwo(element, client, channelName) {
    const results: Mounted['conversation'][] = []
    const Reader = defineComponent(() => {
      const conversation = proxyRefs(useConversation({ channelName }))
      results.push(() => conversation)
      return () => conversation.messages.length
    })
    render(element, client, () => () => [h(Reader), h(Reader)])
    return results
  },
  renderAlone(client) {
    const app = createApp(() => h(Controls, { probe: newProbe() }))
    app.config.warnHandler = () => {}
    app.use(ablyPlugin, client)
    return app.mount(document.createElement('main'))
  },
  renderToString(client, options) {
    const app = createSSRApp({ setup: () => tree(options, newProbe()) })
    app.use(ablyPlugin, client)
    return renderToString(app)
  },
}

bindingScenarios(binding)

async function page(setup: (client: Realtime) => () => unknown) {
  const server = await serve()
  const client = realtime(server, { clientId: 'ann' })
  const element = document.body.appendChild(document.createElement('main'))
  const unmount = render(element, client, () => setup(client))
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
