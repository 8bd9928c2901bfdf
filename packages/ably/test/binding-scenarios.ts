import type { ConversationView, SharedConversation } from '../src/index.ts'
import type { Message, PublishResult, Realtime } from 'ably'
import { expect, it, onTestFinished, vi } from 'vitest'
import type { OpenOptions } from '../src/index.ts'
import { agentOn, realtime, serve } from './fixture.ts'

/** What a test binding puts on the page: a provider; in it controls, and a list of rows by `useMessageIds` and `useMessage`. */
export interface Mounted {
  /** What `useConversation()` gave the controls last. */
  readonly conversation: () => ConversationView & Omit<SharedConversation, 'store'>
  /** How often the controls (which read status and connectionStatus), the list, and each row by its key have rendered. */
  readonly renders: { controls: number; list: number; readonly rows: Map<string, number> }
  readonly update: (options: ProviderOptions) => void
  readonly unmount: () => void
}

export interface ProviderOptions extends Pick<OpenOptions, 'history' | 'rewind' | 'trigger'> {
  readonly channelName: string
}

export interface Binding {
  mount(element: HTMLElement, client: Realtime, options: ProviderOptions): Mounted
  /** Mounts two components that each call `useConversation({ channelName })`, and gives their results. */
  mountTwo(element: HTMLElement, client: Realtime, channelName: string): readonly Mounted['conversation'][]
  /** Renders a component that calls `useConversation()` outside a provider. */
  renderAlone(client: Realtime): unknown
  renderToString(client: Realtime, options: ProviderOptions): Promise<string>
}

const soon = { timeout: 5_000, interval: 5 }

/** What both bindings do, each scenario a test. */
export function bindingScenarios(binding: Binding): void {
  async function page(options: ProviderOptions) {
    const server = await serve()
    const client = realtime(server, { clientId: 'ann' })
    const agent = agentOn(server, options.channelName)
    const element = document.body.appendChild(document.createElement('main'))
    onTestFinished(() => element.remove())
    const mount = () => {
      const mounted = binding.mount(element, client, options)
      onTestFinished(() => mounted.unmount())
      return mounted
    }
    const rows = () => [...element.querySelectorAll('li')]
    const shows = (...texts: string[]) =>
      vi.waitFor(() => expect(rows().map(({ textContent }) => textContent)).toEqual(texts), soon)
    const isLive = ({ conversation }: Mounted) => vi.waitFor(() => expect(conversation().connectionStatus).toBe('live'), soon)
    return { server, client, agent, element, mount, rows, shows, isLive, channel: client.channels.get(options.channelName) }
  }

  it('joins a response in the middle and shows it to its end', async () => {
    const { agent, mount, shows } = await page({ channelName: 'ai:join' })
    const serial = await agent.begin('in ')
    await agent.append(serial, 'the ')
    const { conversation } = mount()
    await shows('in the ')
    expect(conversation().status).toBe('streaming')
    await agent.complete(serial, 'middle')
    await shows('in the middle')
    await vi.waitFor(() => expect(conversation().status).toBe('ready'), soon)
  })

  it('renders only the row that grows', async () => {
    const { agent, mount, shows, isLive } = await page({ channelName: 'ai:rows' })
    await agent.complete(await agent.begin('first'), '')
    const serial = await agent.begin('grow')
    const mounted = mount()
    await shows('first', 'grow')
    await isLive(mounted)
    const { renders } = mounted
    const [controls, list, first, grown] = [renders.controls, renders.list, ...renders.rows.values()]
    for (const text of ['s', ' and', ' grows']) await agent.append(serial, text)
    await shows('first', 'grows and grows')
    expect([renders.controls, renders.list, [...renders.rows.values()][0]]).toEqual([controls, list, first])
    expect([...renders.rows.values()][1]).toBeGreaterThan(grown!)
  })

  it('shows a prompt at once and keeps its element when the channel shows it', async () => {
    const { channel, mount, shows, rows, isLive } = await page({ channelName: 'ai:prompt' })
    const mounted = mount()
    await isLive(mounted)
    let acknowledge = () => {}
    const held = new Promise<void>((resolve) => (acknowledge = resolve))
    const publish = channel.publish.bind(channel) as (message: Message) => Promise<PublishResult>
    vi.spyOn(channel, 'publish').mockImplementation((async (message: Message) => {
      await held
      return publish(message)
    }) as typeof channel.publish)
    const sent = mounted.conversation().sendMessage('Hello')
    await shows('Hello')
    const [element] = rows()
    expect(element?.dataset['status']).toBe('sending')
    acknowledge()
    await sent
    await vi.waitFor(() => expect(rows()[0]?.dataset['status']).toBe('complete'), soon)
    expect(rows()).toHaveLength(1)
    expect(rows()[0]).toBe(element)
    await vi.waitFor(() => expect(mounted.conversation().status).toBe('submitted'), soon)
  })

  it('keeps a prompt that failed and sends it again', async () => {
    const { channel, mount, shows, rows, isLive } = await page({ channelName: 'ai:retry' })
    const mounted = mount()
    await isLive(mounted)
    vi.spyOn(channel, 'publish').mockRejectedValueOnce(new Error('rate limit exceeded'))
    await mounted.conversation().sendMessage('again')
    await vi.waitFor(() => expect(rows()[0]?.dataset['status']).toBe('failed'), soon)
    expect(mounted.conversation().error).toBe('unable to send the prompt; rate limit exceeded: try again')
    await mounted.conversation().retry(mounted.conversation().messages[0]!.id)
    await vi.waitFor(() => expect(rows()[0]?.dataset['status']).toBe('complete'), soon)
    await shows('again')
    expect(mounted.conversation().error).toBeUndefined()
  })

  it('stops what streams', async () => {
    const { agent, mount, shows, isLive } = await page({ channelName: 'ai:stop' })
    const targets: unknown[] = []
    await agent.channel.subscribe('cancel', ({ extras }) => targets.push(extras.headers.target))
    const mounted = mount()
    await isLive(mounted)
    const serial = await agent.begin('on and on')
    await shows('on and on')
    await mounted.conversation().stop()
    await vi.waitFor(() => expect(targets).toEqual([serial]), soon)
  })

  it('disconnects and connects', async () => {
    const { agent, mount, shows, isLive } = await page({ channelName: 'ai:connect' })
    const mounted = mount()
    await isLive(mounted)
    const serial = await agent.begin('a')
    await shows('a')
    await mounted.conversation().disconnect()
    await vi.waitFor(() => expect(mounted.conversation().connectionStatus).toBe('disconnected'), soon)
    await agent.append(serial, 'b')
    await mounted.conversation().connect()
    await shows('ab')
    await isLive(mounted)
  })

  it('loads older messages', async () => {
    const { agent, mount, shows } = await page({ channelName: 'ai:older', history: 2, rewind: false })
    for (const text of ['1', '2', '3']) await agent.writer.create({ text, headers: { role: 'assistant', status: 'complete' } })
    const { conversation } = mount()
    await shows('2', '3')
    await vi.waitFor(() => expect(conversation().hasOlder).toBe(true), soon)
    await conversation().loadOlder()
    await shows('1', '2', '3')
    expect(conversation().hasOlder).toBe(false)
  })

  it('says why a prompt is unanswered, and asks with the newest trigger', async () => {
    const channelName = 'ai:trigger'
    const trigger = vi.fn().mockRejectedValue(new Error('no agent is running'))
    const { mount, isLive } = await page({ channelName, trigger })
    const mounted = mount()
    await isLive(mounted)
    await mounted.conversation().sendMessage('Anybody?')
    await vi.waitFor(() => expect(mounted.conversation().unanswered?.reason).toBe('no agent is running'), soon)
    const newer = vi.fn().mockResolvedValue(undefined)
    mounted.update({ channelName, trigger: newer })
    await vi.waitFor(async () => {
      await mounted.conversation().retry(mounted.conversation().messages[0]!.id)
      expect(newer).toHaveBeenCalled()
    }, soon)
    await vi.waitFor(() => expect(mounted.conversation().unanswered).toBeUndefined(), soon)
  })

  it('follows another channel when its name changes, and releases the one before', async () => {
    const { server, client, agent, mount, shows } = await page({ channelName: 'ai:before' })
    await agent.complete(await agent.begin('before'), '')
    const other = agentOn(server, 'ai:after')
    await other.complete(await other.begin('after'), '')
    const mounted = mount()
    await shows('before')
    mounted.update({ channelName: 'ai:after' })
    await shows('after')
    await client.channels.get('ai:before').whenState('detached')
    expect(client.channels.get('ai:after').state).toBe('attached')
  })

  it('can be unmounted while it attaches, and mounted again at once without a second attachment', async () => {
    const { channel, mount, isLive } = await page({ channelName: 'ai:hasty' })
    const states: string[] = []
    channel.on(({ current }) => states.push(current))
    const first = mount()
    await vi.waitFor(() => expect(channel.state).not.toBe('initialized'), soon)
    first.unmount()
    const second = mount()
    await isLive(second)
    expect(states.filter((state) => state === 'attaching')).toHaveLength(1)
    second.unmount()
    await channel.whenState('detached')
  })

  it('shares one conversation between two components that name the same channel', async () => {
    const { agent, client, channel, element } = await page({ channelName: 'ai:two' })
    const subscribe = vi.spyOn(channel, 'subscribe')
    const [left, right] = binding.mountTwo(element, client, 'ai:two')
    await agent.complete(await agent.begin('shared'), '')
    await vi.waitFor(() => expect(left!().messages[0]?.text).toBe('shared'), soon)
    await vi.waitFor(() => expect(right!().messages).toBe(left!().messages), soon)
    expect(subscribe).toHaveBeenCalledTimes(1)
  })

  it('says what is missing where there is no provider', async () => {
    const { client } = await page({ channelName: 'ai:alone' })
    expect(() => binding.renderAlone(client)).toThrow('no ConversationProvider is above this component')
  })

  it('renders on a server without attaching', async () => {
    const { client, channel } = await page({ channelName: 'ai:server' })
    expect(await binding.renderToString(client, { channelName: 'ai:server' })).toContain('<ol')
    expect(channel.state).toBe('initialized')
  })
}
