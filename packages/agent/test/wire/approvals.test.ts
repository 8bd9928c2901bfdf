import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Message } from '@streamfold/core'
import { selectMessages } from '@streamfold/core'
import { createLocalAbly } from '@streamfold/local-ably'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Chunk, Task } from '../../src/index.ts'
import { serveAgent } from '../../src/index.ts'
import { startApprovalProcess } from './agent-processes.ts'
import { agentChannel, ask, client, realtime, serve, until, watch } from './fixture.ts'

/** Approvals by two tabs at once; `APPROVALS=200` for the full count. */
const APPROVALS = Number(process.env['APPROVALS'] ?? 12)
/** Agents that are killed while their tool runs; `KILLS=50` for the full count. */
const KILLS = Number(process.env['KILLS'] ?? 2)

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'streamfold-approvals-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** The one call of the response to a prompt, as a page shows it. */
function callOf(messages: readonly Message[], prompt: string) {
  const response = messages.find(({ replyTo }) => replyTo === prompt)
  const part = response?.parts.find((each) => each.type === 'tool-send')
  return part && 'toolCallId' in part ? { response: response!, part } : undefined
}

test(
  `two tabs approve at the same moment, ${APPROVALS} times, beside two agents: one execution each, in one message`,
  async () => {
    const server = await serve()
    const channel = 'ai:twice'
    const executions = new Map<string, number>()

    async function* respond({ prompt, continued }: Task): AsyncGenerator<Chunk, void> {
      if (!continued) {
        const call = { toolCallId: `call-${prompt.text}`, toolName: 'send' }
        yield { type: 'tool-call', ...call, input: { to: prompt.text } }
        yield { type: 'tool-approval-request', approvalId: `approval-${prompt.text}`, toolCallId: call.toolCallId }
        return
      }
      for (const { toolCallId, approved } of continued.calls) {
        if (!approved) continue
        executions.set(toolCallId, (executions.get(toolCallId) ?? 0) + 1)
        yield { type: 'tool-result', toolCallId, output: 'sent' }
      }
      yield 'done'
    }

    const agents = [1, 2].map(() =>
      serveAgent({ channel: agentChannel(realtime(server, { clientId: 'agent' }), channel), respond, onError: () => undefined }),
    )
    const user = realtime(server, { clientId: 'ann' }).channels.get(channel)
    const tabs = [watch(user), watch(realtime(server, { clientId: 'ann' }).channels.get(channel))]
    for (let n = 0; n < APPROVALS; n++) {
      const prompt = await ask(user, String(n))
      void agents[n % 2]!.answer(prompt)
      const call = (tab: (typeof tabs)[number]) => callOf(selectMessages(tab.store.getState()), prompt)
      for (const tab of tabs)
        await until(tab.store, () => call(tab)?.response.status === 'waiting' && call(tab)?.part.state === 'approval-requested')
      // The later one may learn that it was too late.
      await Promise.allSettled(
        tabs.map((tab) =>
          tab.answer({ messageId: call(tab)!.response.id, toolCallId: call(tab)!.part.toolCallId }, { approve: true }),
        ),
      )
      for (const tab of tabs) await until(tab.store, () => call(tab)?.response.status === 'complete')
      for (const tab of tabs) expect(call(tab)).toMatchObject({ part: { state: 'output-available', output: 'sent' } })
      expect(call(tabs[0]!)!.response.text).toBe('done')
    }
    expect([...executions.values()]).toEqual(Array.from({ length: APPROVALS }, () => 1))
    const { items } = await user.history({ limit: 1_000 })
    expect(items.filter(({ clientId, name }) => clientId === 'agent' && name !== 'answer')).toHaveLength(APPROVALS)
    await Promise.all(agents.map((agent) => agent.close()))
  },
  60_000 + APPROVALS * 5_000,
)

test(
  `kill -9 while the tool runs, ${KILLS} times: nothing is executed again, and the response says that it may have run`,
  async () => {
    const server = await serve({ presenceLeaveDelay: 300 })
    const { port, key } = server
    const channel = 'ai:killed'
    const effects = join(folder(), 'effects')
    const done = () => readFileSync(effects, { encoding: 'utf8', flag: 'a+' }).split('\n').filter(Boolean)
    const user = realtime(server, { clientId: 'ann' }).channels.get(channel)
    const tab = watch(user)
    // The tool never ends before its process does.
    const start = () => startApprovalProcess({ port, key, channel, effects, takes: 60_000 })
    let agent = await start()
    for (let n = 0; n < KILLS; n++) {
      const prompt = await ask(user, String(n))
      agent.answer(prompt)
      const call = () => callOf(selectMessages(tab.store.getState()), prompt)
      await until(tab.store, () => call()?.part.state === 'approval-requested' && call()?.response.status === 'waiting')
      await tab.answer({ messageId: call()!.response.id, toolCallId: `call-${n}` }, { approve: true })
      await expect.poll(done, { timeout: 10_000 }).toHaveLength(n + 1)
      await agent.kill()
      agent = await start()
      await until(tab.store, () => call()?.response.status === 'complete')
      expect(call()).toMatchObject({ response: { text: 'done' }, part: { state: 'output-error', uncertain: true } })
    }
    expect(done()).toEqual(Array.from({ length: KILLS }, (_, n) => `call-${n}`))
  },
  60_000 + KILLS * 30_000,
)

describe('an answer that comes', () => {
  test('after the agent and the service were both restarted continues the response', async () => {
    const store = join(folder(), 'ably.sqlite')
    const effects = join(folder(), 'effects')
    const channel = 'ai:restarted'
    const first = await createLocalAbly({ data: store })
    const { port, key } = first
    const before = client(first, { clientId: 'ann' })
    const asking = before.channels.get(channel)
    const prompt = await ask(asking, 'later')
    const agent = await startApprovalProcess({ port, key, channel, effects, takes: 1 })
    agent.answer(prompt)
    await expect.poll(async () => (await asking.history()).items[0]?.extras?.headers?.status, { timeout: 10_000 }).toBe('waiting')
    await agent.kill()
    before.close()
    await first.close()

    const second = await createLocalAbly({ data: store, port })
    onTestFinished(() => second.close())
    const user = realtime(second, { clientId: 'ann' })
    const tab = watch(user.channels.get(channel))
    const call = () => callOf(selectMessages(tab.store.getState()), prompt)
    await until(tab.store, () => call()?.part.state === 'approval-requested')
    await tab.answer({ messageId: call()!.response.id, toolCallId: 'call-later' }, { approve: true })
    await startApprovalProcess({ port: second.port, key, channel, effects, takes: 1 })
    await until(tab.store, () => call()?.response.status === 'complete')
    expect(call()).toMatchObject({ response: { text: 'done' }, part: { state: 'output-available', output: 'sent' } })
    expect(readFileSync(effects, 'utf8')).toBe('call-later\n')
    const { items } = await user.channels.get(channel).history()
    expect(items.filter(({ clientId }) => clientId === 'agent')).toHaveLength(1)
  }, 60_000)

  test('from a page that was offline counts when the page is online again', async () => {
    const server = await serve()
    const { port, key } = server
    const channel = 'ai:offline'
    const effects = join(folder(), 'effects')
    const user = realtime(server, { clientId: 'ann' })
    const tab = watch(user.channels.get(channel))
    const prompt = await ask(user.channels.get(channel), 'offline')
    const agent = await startApprovalProcess({ port, key, channel, effects, takes: 1 })
    agent.answer(prompt)
    const call = () => callOf(selectMessages(tab.store.getState()), prompt)
    await until(tab.store, () => call()?.response.status === 'waiting')
    server.faults.cut({ clientId: 'ann', refuseFor: 1_500 })
    await until(tab.store, (state) => state.context.connection.state === 'disconnected')
    const answered = tab.answer({ messageId: call()!.response.id, toolCallId: 'call-offline' }, { approve: true })
    await until(tab.store, () => call()?.part.approval?.approved === true)
    expect(call()?.part.approval).toMatchObject({ approved: true, pending: true })
    await answered
    await until(tab.store, () => call()?.response.status === 'complete')
    expect(call()).toMatchObject({ part: { state: 'output-available', approval: { approved: true, by: 'ann' } } })
    expect(readFileSync(effects, 'utf8')).toBe('call-offline\n')
  }, 60_000)
})
