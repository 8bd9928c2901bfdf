// @vitest-environment happy-dom
import { AblyProvider, ChannelProvider } from 'ably/react'
import type { Realtime } from 'ably'
import type { ReactNode } from 'react'
import { StrictMode, createElement, memo } from 'react'
import { createRoot } from 'react-dom/client'
import { renderToString } from 'react-dom/server'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { Binding, Mounted, ProviderOptions } from '../../ably/test/binding-scenarios.ts'
import { bindingScenarios } from '../../ably/test/binding-scenarios.ts'
import { realtime, serve } from '../../ably/test/fixture.ts'
import { ConversationProvider, useConversation, useMessage, useMessageIds, useStore } from '../src/index.ts'

type Probe = Pick<Mounted, 'renders'> & { result?: ReturnType<Mounted['conversation']> }

function Controls({ probe }: { probe: Probe }): ReactNode {
  probe.renders.controls++
  probe.result = useConversation()
  return createElement('p', null, probe.result.status, probe.result.connectionStatus)
}

const Row = memo(function Row({ id, name, probe }: { id: string; name: string; probe: Probe }): ReactNode {
  const message = useMessage(id)
  probe.renders.rows.set(name, (probe.renders.rows.get(name) ?? 0) + 1)
  return createElement('li', { 'data-status': message?.status }, message?.text)
})

function List({ probe }: { probe: Probe }): ReactNode {
  probe.renders.list++
  const rows = useMessageIds().map(({ key, id }) => createElement(Row, { key, id, name: key, probe }))
  return createElement('ol', null, rows)
}

/** In strict mode, so that every scenario is also one of double effects. */
function tree(client: Realtime, options: ProviderOptions, probe: Probe): ReactNode {
  const children = [createElement(Controls, { key: 'controls', probe }), createElement(List, { key: 'list', probe })]
  const provider = createElement(ConversationProvider, options, children)
  return createElement(StrictMode, null, createElement(AblyProvider, { client }, provider))
}

const newProbe = (): Probe => ({ renders: { controls: 0, list: 0, rows: new Map() } })

function render(element: HTMLElement, node: ReactNode) {
  const root = createRoot(element)
  root.render(node)
  let mounted = true
  const unmount = () => {
    if (mounted) root.unmount()
    mounted = false
  }
  onTestFinished(unmount)
  return { root, unmount }
}

const binding: Binding = {
  mount(element, client, options) {
    const probe = newProbe()
    const { root, unmount } = render(element, tree(client, options, probe))
    return {
      renders: probe.renders,
      conversation: () => probe.result!,
      update: (next) => root.render(tree(client, next, probe)),
      unmount,
    }
  },
  mountTwo(element, client, channelName) {
    const results: Probe['result'][] = []
    const Reader = ({ at }: { at: number }) => {
      results[at] = useConversation({ channelName })
      return results[at].messages.length
    }
    const readers = [0, 1].map((at) => createElement(Reader, { key: at, at }))
    render(element, createElement(AblyProvider, { client }, readers))
    return [0, 1].map((at) => () => results[at] ?? ({ messages: [] } as unknown as NonNullable<Probe['result']>)) // Before the first render.
  },
  renderAlone(client) {
    return renderToString(createElement(AblyProvider, { client }, createElement(Controls, { probe: newProbe() })))
  },
  renderToString: async (client, options) => renderToString(tree(client, options, newProbe())),
}

bindingScenarios(binding)

it('keeps the options of the ChannelProvider it is under', async () => {
  const server = await serve()
  const client = realtime(server, { clientId: 'ann' })
  const element = document.body.appendChild(document.createElement('main'))
  const channelName = 'ai:provided'
  let connectionStatus: string | undefined
  const Reader = () => (connectionStatus = useConversation({ channelName }).connectionStatus)
  const channel = createElement(
    ChannelProvider,
    { channelName, options: { params: { rewind: '7', modes: 'subscribe' } } },
    createElement(Reader),
  )
  render(element, createElement(StrictMode, null, createElement(AblyProvider, { client }, channel)))
  await vi.waitFor(() => expect(connectionStatus).toBe('live'))
  expect(client.channels.get(channelName).params).toMatchObject({ rewind: '7', modes: 'subscribe' })
})

it('keeps the functions it gives, whatever happens', async () => {
  const server = await serve()
  const client = realtime(server, { clientId: 'ann' })
  const element = document.body.appendChild(document.createElement('main'))
  const seen = new Set<unknown>()
  let connectionStatus: string | undefined
  const Reader = () => {
    const result = useConversation({ channelName: 'ai:stable', trigger: async () => {} })
    seen.add(result.sendMessage).add(result.stop)
    connectionStatus = result.connectionStatus
    return null
  }
  render(element, createElement(AblyProvider, { client }, createElement(Reader)))
  await vi.waitFor(() => expect(connectionStatus).toBe('live'))
  expect(seen.size).toBe(2)
})

it('gives the store of the conversation', async () => {
  const server = await serve()
  const client = realtime(server, { clientId: 'ann' })
  const element = document.body.appendChild(document.createElement('main'))
  let store: ReturnType<typeof useStore> | undefined
  const Reader = () => {
    store = useStore()
    return null
  }
  const provider = createElement(ConversationProvider, { channelName: 'ai:store' }, createElement(Reader))
  render(element, createElement(AblyProvider, { client }, provider))
  await vi.waitFor(() => expect(store?.getSnapshot().context.channel.status).toBe('live'))
})
