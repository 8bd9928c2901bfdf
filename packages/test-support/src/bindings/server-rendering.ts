import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { fromJSON, toJSON } from '@streamfold/core'
import type { BindingOptions } from '@streamfold/testkit'
import type { Realtime } from 'ably'
import { expect, it, onTestFinished, vi } from 'vitest'
import { agentOn } from '../agent-on.ts'
import { live, open, texts } from '../open.ts'
import { realtime } from '../realtime.ts'
import { serve } from '../serve.ts'
import { until } from '@streamfold/testkit'
import { readScreen } from './read-screen.ts'
import type { PageRequest, ServedPages } from './serve-page.ts'

export interface RenderedOnServer {
  /** URL of a program that calls `servePage`. */
  readonly program: string
  hydrate(html: string, client: Realtime, options: BindingOptions): HTMLElement
}

/** What both bindings do with markup that a server has rendered. */
export function serverRendering({ program, hydrate }: RenderedOnServer): void {
  /** A conversation of a finished and a growing response, as a server would have read it. */
  async function conversation(channelName: string) {
    const server = await serve()
    const agent = agentOn(server, channelName)
    await agent.complete(await agent.begin('<b>first</b> & "last"'), '')
    const serial = await agent.begin('second')
    const { store } = open(realtime(server, { clientId: 'server' }).channels.get(channelName))
    const state = await until(store, (state) => live(state) && texts(state).length === 2)
    return { server, agent, serial, json: JSON.parse(JSON.stringify(toJSON(state))) as unknown }
  }

  it('renders on a server what each request gives, connects nothing there, and lets the server go', async () => {
    const { json, agent, serial, server } = await conversation('ai:served')
    await agent.complete(serial, ' and last')
    const { store } = open(realtime(server, { clientId: 'later' }).channels.get('ai:served'))
    const later = await until(store, (state) => live(state) && texts(state)[1] === 'second and last')
    const served = await render(program, { channelName: 'ai:served', conversations: [json, toJSON(later)] })
    expect(served).toMatchObject({ connection: 'initialized', channel: 'initialized' })
    const screens = served.pages.map((html) => {
      const element = document.createElement('main')
      element.innerHTML = html
      return readScreen(element)
    })
    expect(screens.map(({ rows }) => rows.map(({ text }) => text))).toEqual([
      ['<b>first</b> & "last"', 'second'],
      ['<b>first</b> & "last"', 'second and last'],
    ])
    expect(screens[0]).toMatchObject({ connectionStatus: 'connecting', error: '' })
  })

  it('takes the markup over as it is, connects, and goes on from there without a flicker', async () => {
    const channelName = 'ai:hydrated'
    const { server, agent, serial, json } = await conversation(channelName)
    const { pages } = await render(program, { channelName, conversations: [json] })
    const complaints = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')]
    onTestFinished(() => void vi.restoreAllMocks())
    const client = realtime(server, { clientId: 'ann', autoConnect: false })
    const element = hydrate(pages[0]!, client, { channelName, initial: fromJSON(json) })
    const asServed = document.createElement('main')
    asServed.innerHTML = pages[0]!
    expect(element.innerHTML).toBe(asServed.innerHTML)
    const rows = readScreen(element).rows.map((row) => row.element)
    const seen = new Set<string>()
    const observer = new MutationObserver(() => seen.add(JSON.stringify(readScreen(element).rows.map(({ text }) => text))))
    observer.observe(element, { childList: true, subtree: true, characterData: true })
    await vi.waitFor(() => expect(readScreen(element).connectionStatus).toBe('live'))
    await agent.complete(serial, ' and last')
    await vi.waitFor(() => expect(readScreen(element).rows[1]?.text).toBe('second and last'))
    observer.disconnect()
    expect(readScreen(element).rows.map((row) => row.element)).toEqual(rows)
    const shown = new Set(['second', 'second and last'].map((second) => JSON.stringify(['<b>first</b> & "last"', second])))
    expect([...seen].filter((texts) => !shown.has(texts))).toEqual([])
    for (const complaint of complaints) expect(complaint.mock.calls).toEqual([])
  })

  it('takes over late what is old by then, and is current at once', async () => {
    const channelName = 'ai:islands'
    const { server, agent, serial, json } = await conversation(channelName)
    const { pages } = await render(program, { channelName, conversations: [json] })
    const complaints = [vi.spyOn(console, 'error'), vi.spyOn(console, 'warn')]
    onTestFinished(() => void vi.restoreAllMocks())
    const client = realtime(server, { clientId: 'ann' })
    const island = () => hydrate(pages[0]!, client, { channelName, initial: fromJSON(json) })
    const first = island()
    await agent.complete(serial, ' and last')
    await vi.waitFor(() => expect(readScreen(first).rows[1]?.text).toBe('second and last'))
    const second = island()
    const rows = second.querySelectorAll('li')
    await vi.waitFor(() => expect(readScreen(second).rows[1]?.text).toBe('second and last'))
    await vi.waitFor(() => expect(readScreen(second).connectionStatus).toBe('live'))
    expect([...second.querySelectorAll('li')]).toEqual([...rows])
    for (const complaint of complaints) expect(complaint.mock.calls).toEqual([])
  })
}

/** Runs a program of a server in a process of its own, where there is no page. */
async function render(program: string, request: PageRequest): Promise<ServedPages> {
  const child = spawn(process.execPath, ['--conditions=streamfold-source', fileURLToPath(program)])
  onTestFinished(() => void child.kill())
  child.stdin.end(JSON.stringify(request))
  const [written, complaints] = await Promise.all([text(child.stdout), text(child.stderr)])
  expect(complaints.replaceAll(/.*(ExperimentalWarning|--trace-warnings).*\n/g, '')).toBe('')
  return JSON.parse(written) as ServedPages
}
